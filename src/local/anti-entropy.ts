/**
 * Keeps the catalog in agreement with what is registered here: every change is sent at once, and every few minutes all of it is
 * compared. Owns the marks of what is still to be sent; reads the registry, and changes only overridden tags in it. What others
 * deregistered is let go by its owner.
 */
import { registrationDigest } from '../model/canonical.ts';
import type { Check } from '../model/check.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Outcome } from './confirmations.ts';
import type { MarkKind } from './marks.ts';
import { Outbox, type Push } from './outbox.ts';
import { OutputTimers } from './output-timers.ts';
import { Pusher } from './pusher.ts';
import type { Registry } from './registry.ts';
import { markDifferences } from './remote-diff.ts';
import { isRefusal, settledWithin, withinOrThrow } from './settled.ts';
import { type Concerned, type SubjectKind, subjectOf } from './subject.ts';
import type { SyncTarget } from './sync-target.ts';

export interface AntiEntropyOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly target: SyncTarget;
  readonly registry: Registry;
  readonly node: NodeDefinition;
  /** Between two comparisons, give or take a tenth. */
  readonly fullSyncIntervalMs: number;
  readonly checkUpdateIntervalMs: number;
  /**
   * Told what the servers hold before it is compared; empty if it is the same: here the owner takes over and lets go. Nothing is compared
   * before it resolves; it must not throw.
   */
  readonly compared: (remote: RemoteNode) => Promise<void>;
}

const SYNC_TIMEOUT_MS = 10_000;
/** Spreads the full syncs of many agents over a fifth of the interval. */
const JITTER = 0.2;
/** Stands for what needs no look. */
const SAME: RemoteNode = Object.freeze({ services: [], checks: [], tombstones: [] });

export class AntiEntropy {
  readonly #options: AntiEntropyOptions;
  #node: NodeDefinition;
  readonly #outbox: Outbox;
  readonly #outputs: OutputTimers;
  readonly #pusher: Pusher;
  /** Resolves when the servers were compared with once. */
  readonly #firstAgreement: Promise<void>;
  #hasAgreed: () => void = () => {};
  #wasCompared = false;
  #isFullSyncDue = false;
  #nextFullSync: Timer | undefined;
  #isStopped = false;

  constructor(options: AntiEntropyOptions) {
    const { clock, random, checkUpdateIntervalMs } = options;
    this.#options = options;
    this.#node = options.node;
    this.#firstAgreement = new Promise((resolve) => {
      this.#hasAgreed = resolve;
    });
    this.#outbox = new Outbox(options.node, options.registry);
    this.#outputs = new OutputTimers({ clock, random, checkUpdateIntervalMs, send: (checkId) => this.#sendOutput(checkId) });
    this.#pusher = new Pusher({
      ...options,
      outbox: this.#outbox,
      prepare: () => this.#prepare(),
      // What is pushed before would overwrite the last results that are to be adopted.
      canPush: () => this.#wasCompared || !options.registry.isAdopting,
      refused: (push) => this.#isWorthRetrying(push),
    });
  }

  /** Services and checks that the servers have not confirmed. */
  get pending(): number {
    return this.#outbox.size;
  }

  /** The first full sync, at once. Until then nothing that was restored counts as known to the servers. */
  start(): void {
    void this.fullSync();
  }

  /** A program registers it: that alone may bring back what others deregistered. To be called as soon as it asks. */
  asked(kind: SubjectKind, id: string): void {
    this.#outbox.revivals.asked(subjectOf(kind, id));
  }

  /** Whether a program asked for it since the servers were last known to have it. */
  isAskedFor(kind: SubjectKind, id: string): boolean {
    return this.#outbox.revivals.has(subjectOf(kind, id));
  }

  /** Waits until the servers have these as they are now, at most `timeoutMs`. After `stop` they never will. */
  async confirmed(concerned: Concerned, timeoutMs: number): Promise<Outcome> {
    if (this.#isStopped) return shuttingDown();
    const { clock } = this.#options;
    const endMs = clock.nowMs() + timeoutMs;
    // After a restart only a comparison tells what they do not have.
    if (!(await settledWithin(clock, timeoutMs, this.#firstAgreement))) return 'late';
    return this.#outbox.confirmed(clock, endMs - clock.nowMs(), concerned);
  }

  /** Compares everything now; resolves when the round has been made, successful or not. Also to be called when the servers changed. */
  fullSync(): Promise<void> {
    this.#isFullSyncDue = true;
    return this.#pusher.flush();
  }

  /** The node's record is another one now, of the same name and id. Resolves when one try to send it has been made. */
  setNode(node: NodeDefinition): Promise<void> {
    this.#node = node;
    this.#outbox.setNode(node);
    return this.fullSync();
  }

  /** See `OutputTimers`. */
  setUpdateInterval(updateIntervalMs: number): void {
    this.#outputs.setUpdateInterval(updateIntervalMs);
  }

  /** A service was put or removed here. `send` sends it. */
  markService(id: string, kind: MarkKind, token?: string): void {
    this.#outbox.markService(id, kind, token);
  }

  /** A check was put or removed here; its output goes with it. `send` sends it. */
  markCheck(check: Check, kind: MarkKind, token?: string): void {
    this.#outputs.cancel(check.id);
    this.#outbox.markCheck(check, kind, token);
  }

  /** Nothing but the output of a check changed: it is sent after a while. */
  deferOutput(checkId: string): void {
    this.#outputs.defer(checkId);
  }

  /**
   * One try at everything marked now, which a program waits for; resolves when it has been made. Never rejects. While the servers fail,
   * only what concerns the program is tried.
   */
  send(concerned: Concerned): Promise<void> {
    return this.#isIdle ? Promise.resolve() : this.#pusher.send(concerned);
  }

  /** A check has a result, which is marked if it is news. Sent as by `send`; not while the servers are gone. */
  sendResult(checkId: string): void {
    if (!this.#isIdle) void this.#pusher.sendIfTaken([['check', checkId]]);
  }

  /** Sends nothing more, for good, and ends all waits. Resolves when what is on the way has ended; nobody has to wait for that. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#nextFullSync?.cancel();
    this.#outputs.stop();
    this.#outbox.stop(shuttingDown());
    await this.#pusher.stop();
  }

  get #isIdle(): boolean {
    return this.#outbox.isEmpty && !this.#isFullSyncDue;
  }

  #sendOutput(checkId: string): void {
    const check = this.#options.registry.checks.get(checkId);
    if (check === undefined) return;
    this.#outbox.markCheck(check, 'put');
    this.sendResult(checkId);
  }

  /**
   * The first part of a round. A full sync that failed is due again in the next one; and one asked for while this one is under way is
   * another, as what it is about may have happened after `fetch`.
   */
  async #prepare(): Promise<void> {
    if (!this.#isFullSyncDue) return;
    this.#isFullSyncDue = false;
    try {
      await this.#compare();
    } catch (error) {
      this.#isFullSyncDue = true;
      throw error;
    }
    this.#scheduleFullSync();
  }

  async #compare(): Promise<void> {
    const { clock, target, registry, compared } = this.#options;
    const outbox = this.#outbox;
    const { moment } = outbox.revivals;
    const digest = registrationDigest(registry.services.values(), registry.checks.values());
    const answer = await withinOrThrow(clock, SYNC_TIMEOUT_MS, target.fetch(digest));
    const remote = answer === 'same' ? SAME : answer;
    await compared(remote);
    const { isAdopting } = registry;
    if (answer !== 'same') markDifferences(remote, { registry, outbox, owner: this.#node.id, isAdopting });
    outbox.agreed(moment);
    await this.#registerNode();
    this.#wasCompared = true;
    this.#hasAgreed();
  }

  /** The node's own record; nothing happens if the servers have it as it is. A refusal (a reserved name) must not stop the rest. */
  async #registerNode(): Promise<void> {
    const { clock, target, logger } = this.#options;
    const node = this.#node;
    const sent = target.push({ kind: 'catalog.register', node, skipNodeUpdate: false, services: [], checks: [], owner: node.id });
    try {
      await withinOrThrow(clock, SYNC_TIMEOUT_MS, sent);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      logger.warn({ node: node.name, error: messageOf(error) }, 'servers refused this node');
    }
  }

  #scheduleFullSync(): void {
    const { clock, random, fullSyncIntervalMs } = this.#options;
    this.#nextFullSync?.cancel();
    if (this.#isStopped) return;
    const delayMs = fullSyncIntervalMs * (1 - JITTER / 2 + random.float() * JITTER);
    this.#nextFullSync = clock.after(delayMs, () => void this.fullSync());
  }

  /** Checks alone may be refused because the servers lost their service: then it is sent with them. */
  #isWorthRetrying({ command }: Push): boolean {
    if (command.kind !== 'catalog.register' || command.services.length > 0) return false;
    const serviceId = command.checks[0]?.serviceId ?? '';
    if (!this.#options.registry.services.has(serviceId)) return false;
    this.#outbox.markService(serviceId, 'put');
    return true;
  }
}

const shuttingDown = (): KonsulError => new KonsulError('SHUTTING_DOWN', 'The agent is shutting down');
