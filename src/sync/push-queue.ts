/**
 * Registrations on their way up: gathered into batches, each acknowledged as a whole with the places that were refused. A few batches
 * are under way at once and the next gathers; nothing waits for a batch to be full. One for all links of an agent's run: batches that a
 * link leaves unacknowledged go first on the next, as they were, so that each is decided once and before anything newer. What was not sent is rejected:
 * who pushed keeps it, and sends it again.
 */
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { fromWireError } from './codec-error.ts';
import type { PushAck, PushFrame } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import { noAnswer, noServers } from './outgoing-calls.ts';

export interface PushQueueOptions {
  readonly clock: Clock;
  readonly meters: AgentLinkMeters;
  /** Most commands in one frame; at least 1. */
  readonly batchSize: number;
  /** A batch that gathers behind unanswered ones waits no longer, unless very many of them are. */
  readonly flushIntervalMs: number;
}

interface Push {
  readonly command: CatalogRegister | CatalogDeregister;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Batch {
  readonly pushes: readonly Push[];
  readonly deadline: Timer;
}

const DEADLINE_MS = 10_000;
/** While fewer are under way, what is pushed is sent at once: the servers decide them in order, and share commits among them. */
const EAGER_BATCHES = 4;
/** What a server that does not answer is sent at most: it knows again what became of so many (`ServingPushes`). */
const MAX_BATCHES = 16;

export class PushQueue {
  readonly #options: PushQueueOptions;
  /** Of the link that is up. */
  #outgoing: Outgoing | undefined;
  /** Grows over all links. */
  #lastSeq = 0;
  /** Batches under way, by sequence number, the oldest first. */
  readonly #batches = new Map<number, Batch>();
  readonly #waiting: Push[] = [];
  #flushTimer: Timer | undefined;
  #isFlushQueued = false;

  constructor(options: PushQueueOptions) {
    this.#options = options;
  }

  /** A link is up: what the last one left unacknowledged is sent again, within the time that it has left. */
  linked(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    for (const [seq, { pushes }] of this.#batches) outgoing.send(frameOf(seq, pushes));
  }

  /** The link has ended: what was not sent is rejected. */
  unlinked(reason: string): void {
    this.#outgoing = undefined;
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    const waiting = this.#waiting.splice(0);
    this.#count();
    for (const { reject } of waiting) reject(new KonsulError('UNREACHABLE', `The link to the servers ended: ${reason}`));
  }

  /**
   * Resolves when the servers have the write. Rejects as they say of it; with UNREACHABLE if it was not sent before the link ended, or
   * 10 s after it was; and with NO_SERVERS while no link is up.
   */
  push(command: CatalogRegister | CatalogDeregister): Promise<void> {
    if (this.#outgoing === undefined) return Promise.reject(noServers());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      this.#count();
      if (this.#isEager) this.#flushSoon();
      else this.#flushLater();
    });
  }

  /** An acknowledgement of a batch that was given up means nothing any more. */
  acknowledged({ seq, failed }: PushAck): void {
    const batch = this.#take(seq);
    if (batch === undefined) return;
    const errors = new Map(failed);
    batch.pushes.forEach(({ resolve, reject }, place) => {
      const error = errors.get(place);
      if (error === undefined) resolve();
      else reject(fromWireError(error));
    });
    if (this.#isEager) this.#flushSoon();
  }

  /** No further link comes: everything is rejected. */
  end(reason: string): void {
    this.unlinked(reason);
    for (const seq of [...this.#batches.keys()]) this.#giveUp(seq, reason);
  }

  get #isEager(): boolean {
    return this.#batches.size < EAGER_BATCHES;
  }

  #flushLater(): void {
    this.#flushTimer ??= this.#options.clock.after(this.#options.flushIntervalMs, () => this.#flush());
  }

  /** In a moment, so that what is pushed in one step goes in one frame. */
  #flushSoon(): void {
    if (this.#isFlushQueued) return;
    this.#isFlushQueued = true;
    queueMicrotask(() => {
      this.#isFlushQueued = false;
      this.#flush();
    });
  }

  /** One batch, and more while few are under way. */
  #flush(): void {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    const outgoing = this.#outgoing;
    if (outgoing === undefined) return;
    if (this.#batches.size < MAX_BATCHES) {
      do this.#send(outgoing, this.#waiting.splice(0, this.#options.batchSize));
      while (this.#waiting.length > 0 && this.#isEager);
    }
    if (this.#waiting.length > 0) this.#flushLater();
  }

  /** A batch that no link carries goes in halves; a single write that is too large is refused, or it would end every link. */
  #send(outgoing: Outgoing, pushes: readonly Push[]): void {
    if (pushes.length === 0) return;
    this.#lastSeq += 1;
    const seq = this.#lastSeq;
    try {
      outgoing.send(frameOf(seq, pushes));
    } catch (error) {
      if (!(error instanceof KonsulError) || error.code !== 'TOO_LARGE') throw error;
      if (pushes.length === 1) pushes[0]?.reject(error);
      else this.#sendHalves(outgoing, pushes);
      return;
    }
    const giveUp = (): void => this.#giveUp(seq, `no acknowledgement within ${DEADLINE_MS / 1_000} s`);
    this.#batches.set(seq, { pushes, deadline: this.#options.clock.after(DEADLINE_MS, giveUp) });
    this.#sent(pushes.length);
  }

  #sendHalves(outgoing: Outgoing, pushes: readonly Push[]): void {
    const middle = pushes.length >>> 1;
    this.#send(outgoing, pushes.slice(0, middle));
    this.#send(outgoing, pushes.slice(middle));
  }

  #sent(size: number): void {
    const { meters } = this.#options;
    meters.batches += 1;
    meters.batchedCommands += size;
    meters.largestBatch = Math.max(meters.largestBatch, size);
    this.#count();
  }

  #giveUp(seq: number, why: string): void {
    for (const { reject } of this.#take(seq)?.pushes ?? []) reject(noAnswer(why));
  }

  #take(seq: number): Batch | undefined {
    const batch = this.#batches.get(seq);
    batch?.deadline.cancel();
    this.#batches.delete(seq);
    this.#count();
    return batch;
  }

  #count(): void {
    let pending = this.#waiting.length;
    for (const { pushes } of this.#batches.values()) pending += pushes.length;
    this.#options.meters.pendingPushes = pending;
  }
}

const frameOf = (seq: number, pushes: readonly Push[]): PushFrame => ({ t: 'push', seq, commands: pushes.map(({ command }) => command) });
