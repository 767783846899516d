/**
 * Sends what the outbox holds, in rounds: removals, then the rest. One round at a time, so that two writes of one record never overtake
 * each other. What a round could not deliver is tried again after a backoff, and until then nothing but what a program asks for.
 */
import { Backoff } from '../runtime/backoff.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Outbox, Push } from './outbox.ts';
import { isRefusal, withinOrThrow } from './settled.ts';
import { type Concerned, type Subject, subjectOf } from './subject.ts';
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
  /** What the queued round is about: everything, and else, while a retry is due, only this. */
  #isAllAsked = false;
  readonly #asked = new Map<Subject, Concerned[number]>();
  /** The last round left something over, and a retry is due. */
  #isFailing = false;
  /**
   * Whether the servers took anything of what was tried last. A round that had little to try proves little: so after it one more try tells.
   */
  #taking: 'yes' | 'unsure' | 'no' = 'yes';
  /** The last round delivered all that it had. */
  #tookLast = false;
  /** The reason that was logged last, for each kind of failure. */
  readonly #logged = new Map<string, string>();
  #isStopped = false;

  constructor(options: PusherOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ random: options.random, baseMs: RETRY_BASE_MS, capMs: RETRY_CAP_MS });
  }

  /** One try at everything that is marked now; resolves when it has been made, successful or not. Never rejects. */
  flush(): Promise<void> {
    this.#isAllAsked = true;
    return this.#soon();
  }

  /** As `flush`; but while a retry is due, everything waits for that, and only what a program asks for is tried. */
  send(asked: Concerned): Promise<void> {
    if (this.#isFailing && this.#running === undefined && asked.length === 0) return Promise.resolve();
    for (const [kind, id] of asked) this.#asked.set(subjectOf(kind, id), [kind, id]);
    return this.#soon();
  }

  /** As `send`, for what no program waits for: once it is clear that the servers take nothing, it is not tried either. */
  sendIfTaken(concerned: Concerned): Promise<void> {
    return this.send(this.#taking === 'no' ? [] : concerned);
  }

  /** Begins no further push. Resolves when those on the way have ended, which takes long if the servers are silent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retry?.cancel();
    await this.#running;
  }

  #soon(): Promise<void> {
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

  #begin(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#running = this.#next().then(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #next(): Promise<void> {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    const isEarly = this.#isFailing && !this.#isAllAsked;
    if (isEarly && !(await this.#areBack(asked))) return;
    this.#isAllAsked = false;
    this.#retry?.cancel();
    this.#isFailing = await this.#round();
    if (isEarly) this.#taking = 'yes';
    if (this.#isFailing) this.#retryLater();
    else this.#recovered();
  }

  /** Tries only this. True if the servers take it, and took nothing before: then they take the rest as well. */
  async #areBack(asked: Concerned): Promise<boolean> {
    if (asked.length === 0 || !this.#options.canPush()) return false;
    const before = this.#taking;
    const ends = await this.#pushMarked(asked);
    if (ends.length > 0) this.#taking = ends.includes(true) ? 'yes' : 'no';
    return before !== 'yes' && this.#taking === 'yes';
  }

  #retryLater(): void {
    if (!this.#isStopped) this.#retry = this.#options.clock.after(this.#backoff.nextMs(), () => void this.flush());
  }

  #recovered(): void {
    this.#backoff.reset();
    this.#logged.clear();
  }

  /** True if something has to be tried again. */
  async #round(): Promise<boolean> {
    const { prepare, canPush } = this.#options;
    let hasFailed = false;
    try {
      await prepare();
    } catch (error) {
      hasFailed = true;
      this.#log(error, {}, 'full sync failed');
    }
    if (!canPush()) return true;
    const ends = await this.#pushMarked();
    if (ends.length > 0) {
      this.#taking = ends.includes(true) ? 'yes' : 'unsure';
      this.#tookLast = !ends.includes(false);
    }
    return hasFailed || ends.includes(false);
  }

  /** Gives how it ended: see `#pushAll`. */
  async #pushMarked(only?: Concerned): Promise<boolean[]> {
    const { outbox } = this.#options;
    return [...(await this.#pushAll(outbox.removals(only))), ...(await this.#pushAll(outbox.puts(only)))];
  }

  /** Gives how pushes ended: false for those to be tried again. When the servers are gone, all would: so a few are tried before the rest. */
  async #pushAll(pushes: Iterator<Push>): Promise<boolean[]> {
    // Servers that took the last round are not tried out: that would cost every round a commit more.
    if (this.#tookLast && !this.#isFailing) return this.#share(nextOf(pushes, CONCURRENCY), pushes);
    const probes = await this.#share(nextOf(pushes, PROBES), NONE);
    if (!probes.includes(true)) return probes;
    return [...probes, ...(await this.#share(nextOf(pushes, CONCURRENCY), pushes))];
  }

  /** A worker for each of `first`; they share the rest. The first failure ends the work of each. Gives how each ended. */
  #share(first: readonly Push[], rest: Iterator<Push>): Promise<boolean[]> {
    const work = async (push: Push | undefined): Promise<boolean> => {
      for (let next = push; next !== undefined; next = nextOf(rest, 1)[0]) {
        if (this.#isStopped || !(await this.#push(next))) return false;
      }
      return true;
    };
    return Promise.all(first.map(work));
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

  /** Once per reason: servers that cannot write for a day are one line. That there is no link is told by the link. */
  #log(error: unknown, fields: Readonly<Record<string, unknown>>, message: string): void {
    const { logger } = this.#options;
    const reason = messageOf(error);
    const isKnown = (error instanceof KonsulError && error.code === 'NO_SERVERS') || this.#logged.get(message) === reason;
    logger[isKnown ? 'debug' : 'warn']({ ...fields, error: reason }, message);
    if (!isKnown) this.#logged.set(message, reason);
  }

  /** Trying at once again would end in the same way; the next full sync finds the difference again. */
  #refused(push: Push, error: KonsulError): boolean {
    this.#options.logger.warn({ ...subject(push), error: messageOf(error) }, 'servers refused a registration');
    if (this.#options.refused(push)) return false;
    this.#options.outbox.confirm(push, error);
    return true;
  }
}

const NONE: Iterator<never> = [].values();

/** The next ones, at most `count`; no more of them are made. */
function nextOf<T>(items: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = items.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

function subject({ command }: Push): Readonly<Record<string, unknown>> {
  if (command.kind === 'catalog.deregister') return { serviceId: command.serviceId, checkId: command.checkId };
  return { services: command.services.map(({ id }) => id), checks: command.checks.map(({ id }) => id) };
}
