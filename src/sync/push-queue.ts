/**
 * Registrations on their way up one link: gathered into batches, each acknowledged as a whole with the places that were refused. One
 * batch is under way and the next gathers; nothing waits for a batch to be full. What the link's end leaves open is rejected: who
 * pushed keeps it, and sends it again.
 */
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { fromWireError } from './codec-error.ts';
import type { PushAck } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import { noAnswer } from './outgoing-calls.ts';

export interface PushQueueOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly meters: AgentLinkMeters;
  /** Most commands in one frame; at least 1. */
  readonly batchSize: number;
  /** A batch that gathers behind an unanswered one waits no longer. */
  readonly flushIntervalMs: number;
  /** The next sequence number of this run of the agent: grows over all its links. */
  readonly nextSeq: () => number;
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

export class PushQueue {
  readonly #options: PushQueueOptions;
  /** Batches under way, by sequence number. */
  readonly #batches = new Map<number, Batch>();
  #waiting: Push[] = [];
  #flushTimer: Timer | undefined;
  #isFlushQueued = false;

  constructor(options: PushQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the servers have the write. Rejects as they say of it, or with UNREACHABLE when the link ends or 10 s have passed. */
  push(command: CatalogRegister | CatalogDeregister): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      this.#count();
      if (this.#batches.size === 0) this.#flushSoon();
      else this.#flushTimer ??= this.#options.clock.after(this.#options.flushIntervalMs, () => this.#flush());
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
    if (this.#batches.size === 0) this.#flushSoon();
  }

  /** The link has ended. */
  end(reason: string): void {
    this.#flushTimer?.cancel();
    for (const seq of [...this.#batches.keys()]) this.#giveUp(seq, reason);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#count();
    for (const { reject } of waiting) reject(new KonsulError('UNREACHABLE', `The link to the servers ended: ${reason}`));
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

  #flush(): void {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    const pushes = this.#waiting.splice(0, this.#options.batchSize);
    if (pushes.length === 0) return;
    this.#send(pushes);
    if (this.#waiting.length > 0) this.#flushTimer = this.#options.clock.after(this.#options.flushIntervalMs, () => this.#flush());
  }

  /** A batch that no link carries goes in halves; a single write that is too large is refused, or it would end every link. */
  #send(pushes: readonly Push[]): void {
    const { outgoing, clock, nextSeq } = this.#options;
    const seq = nextSeq();
    try {
      outgoing.send({ t: 'push', seq, commands: pushes.map(({ command }) => command) });
    } catch (error) {
      this.#sendHalves(pushes, error);
      return;
    }
    const giveUp = (): void => this.#giveUp(seq, `no acknowledgement within ${DEADLINE_MS / 1_000} s`);
    this.#batches.set(seq, { pushes, deadline: clock.after(DEADLINE_MS, giveUp) });
    this.#sent(pushes.length);
  }

  #sendHalves(pushes: readonly Push[], error: unknown): void {
    if (!(error instanceof KonsulError) || error.code !== 'TOO_LARGE') throw error;
    if (pushes.length === 1) {
      pushes[0]?.reject(error);
      return;
    }
    const middle = pushes.length >>> 1;
    this.#send(pushes.slice(0, middle));
    this.#send(pushes.slice(middle));
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
