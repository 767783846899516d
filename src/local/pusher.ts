/**
 * Sends what the outbox holds, in rounds: removals, then the rest. One round at a time, so that two writes of one record never overtake
 * each other. What a round could not deliver is tried again after a backoff.
 */
import { Backoff } from '../runtime/backoff.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Outbox, Push } from './outbox.ts';
import { isRefusal, withinOrThrow } from './settled.ts';
import type { SyncTarget } from './sync-target.ts';

export interface PusherOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly target: SyncTarget;
  readonly outbox: Outbox;
  /** Runs before the pushes of each round; a failure makes the round a failed one, and its pushes are tried all the same. */
  readonly prepare: () => Promise<void>;
  /** Asked after that. False: nothing is pushed in this round. */
  readonly canPush: () => boolean;
  /** Told of a push that the servers refuse for good. True: it is worth another try. */
  readonly refused: (push: Push) => boolean;
}

/** Pushes on the way at one time: enough to fill a few batches of the link. */
const CONCURRENCY = 256;
/** Pushes that find out whether the servers take any. */
const PROBES = 16;
/** A push that says nothing for so long has failed; the link itself gives up earlier. */
const PUSH_TIMEOUT_MS = 30_000;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 30_000;

export class Pusher {
  readonly #options: PusherOptions;
  readonly #backoff: Backoff;
  #retry: Timer | undefined;
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: PusherOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ random: options.random, baseMs: RETRY_BASE_MS, capMs: RETRY_CAP_MS });
  }

  /** One try at everything that is marked now; resolves when it has been made, successful or not. Never rejects. */
  flush(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    // A moment after a round no other runs yet, and the queued one is about to: so that one is asked for first.
    if (this.#queued !== undefined) return this.#queued;
    if (this.#running === undefined) return this.#begin();
    this.#queued = this.#running.then(() => {
      this.#queued = undefined;
      return this.#begin();
    });
    return this.#queued;
  }

  /** Begins no further round. Does not wait for one that is under way: the servers may be gone. */
  stop(): void {
    this.#isStopped = true;
    this.#retry?.cancel();
  }

  #begin(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#retry?.cancel();
    this.#running = this.#round().then((hasFailed) => {
      this.#running = undefined;
      if (hasFailed) this.#retryLater();
      else this.#backoff.reset();
    });
    return this.#running;
  }

  #retryLater(): void {
    if (!this.#isStopped) this.#retry = this.#options.clock.after(this.#backoff.nextMs(), () => void this.flush());
  }

  /** True if something has to be tried again. */
  async #round(): Promise<boolean> {
    const { outbox, prepare, canPush } = this.#options;
    let hasFailed = false;
    try {
      await prepare();
    } catch (error) {
      hasFailed = true;
      this.#log(error, {}, 'full sync failed');
    }
    if (!canPush()) return true;
    for (const pushes of [() => outbox.removals(), () => outbox.puts()]) hasFailed = (await this.#pushAll(pushes())) || hasFailed;
    return hasFailed;
  }

  /** True if something has to be tried again. When the servers are gone, all would fail: so a few are tried before the rest. */
  async #pushAll(pushes: readonly Push[]): Promise<boolean> {
    const first = await this.#share(pushes.slice(0, PROBES), PROBES);
    const areGone = first.length > 0 && !first.includes(true);
    const rest = areGone ? [] : await this.#share(pushes.slice(PROBES), CONCURRENCY);
    return first.includes(false) || rest.includes(false);
  }

  /** Some workers share the list; the first failure ends the work of each. Gives how each ended: true without one. */
  #share(pushes: readonly Push[], workers: number): Promise<boolean[]> {
    let next = 0;
    const work = async (): Promise<boolean> => {
      while (next < pushes.length) {
        const push = pushes[next++];
        if (push !== undefined && !(await this.#push(push))) return false;
      }
      return true;
    };
    return Promise.all(Array.from({ length: Math.min(workers, pushes.length) }, work));
  }

  /** False if the push has to be tried again. */
  async #push(push: Push): Promise<boolean> {
    const { clock, target, outbox } = this.#options;
    try {
      await withinOrThrow(clock, PUSH_TIMEOUT_MS, target.push(push.command));
    } catch (error) {
      if (isRefusal(error)) return this.#refused(push, error);
      this.#log(error, subject(push), 'registration could not be sent, and will be tried again');
      return false;
    }
    outbox.confirm(push);
    return true;
  }

  /** That there is no link is told by the link, once. */
  #log(error: unknown, fields: Readonly<Record<string, unknown>>, message: string): void {
    const { logger } = this.#options;
    const level = error instanceof KonsulError && error.code === 'NO_SERVERS' ? 'debug' : 'warn';
    logger[level]({ ...fields, error: messageOf(error) }, message);
  }

  /** Trying at once again would end in the same way; the next full sync finds the difference again. */
  #refused(push: Push, error: KonsulError): boolean {
    this.#options.logger.warn({ ...subject(push), error: messageOf(error) }, 'servers refused a registration');
    if (this.#options.refused(push)) return false;
    this.#options.outbox.confirm(push, error);
    return true;
  }
}

function subject({ command }: Push): Readonly<Record<string, unknown>> {
  if (command.kind === 'catalog.deregister') return { serviceId: command.serviceId, checkId: command.checkId };
  return { services: command.services.map(({ id }) => id), checks: command.checks.map(({ id }) => id) };
}
