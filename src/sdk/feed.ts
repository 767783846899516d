/**
 * One view, followed for as long as anybody wants it, and shared by all who do: one wait at a time, whoever watches. Failures are retried
 * with backoff and shown; what is held meanwhile stays. Never goes back silently: a reset is counted.
 */
import { Backoff } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { WatchFreshness } from './freshness.ts';
import type { NextView, Views } from './views.ts';

export interface FeedTools {
  readonly views: Views;
  readonly clock: Clock;
  readonly random: Random;
}

const FIRST_RETRY_MS = 100;
/** Short: it is mostly the agent on the same node that is asked. */
const LAST_RETRY_MS = 5_000;

export class Feed<T = unknown> {
  readonly topic: Topic<T>;
  readonly key: string;
  readonly #tools: FeedTools;
  readonly #backoff: Backoff;
  readonly #onIdle: () => void;
  readonly #followers = new Set<() => void>();
  #running: AbortController | undefined;
  #view: View<T> | undefined;
  #resets = 0;
  #isClosed = false;
  #error: KonsulError | undefined;
  /** When the view was last known to be right. */
  #heardMs: number | undefined;

  constructor(topic: Topic<T>, key: string, { tools, onIdle }: { readonly tools: FeedTools; readonly onIdle: () => void }) {
    this.topic = topic;
    this.key = key;
    this.#tools = tools;
    this.#onIdle = onIdle;
    this.#backoff = new Backoff({ random: tools.random, baseMs: FIRST_RETRY_MS, capMs: LAST_RETRY_MS });
  }

  /** The newest; `undefined` until there was one. */
  get view(): View<T> | undefined {
    return this.#view;
  }

  /** How often what was seen before turned out to be of another history. */
  get resets(): number {
    return this.#resets;
  }

  /** The connection was closed: nothing comes any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why the last try failed; `undefined` if it did not. */
  get error(): KonsulError | undefined {
    return this.#error;
  }

  /** Calls `wake` after each change of view or error, until the returned function is called. The first follower sets it going. */
  follow(wake: () => void): () => void {
    // Another object for each: the same function may follow twice.
    const follower = (): void => wake();
    this.#followers.add(follower);
    if (this.#running === undefined && !this.#isClosed) this.#start();
    return () => {
      if (this.#followers.delete(follower) && this.#followers.size === 0) this.#stop();
    };
  }

  /** For good: who follows is woken once more, to see that it is over. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#wake();
    this.#followers.clear();
  }

  freshness(): WatchFreshness {
    const { views, clock } = this.#tools;
    if (this.#view === undefined) return { isLive: false, ageMs: Number.POSITIVE_INFINITY, reason: 'waiting', error: this.#error };
    const held = views.freshness(this.topic, this.key, this.#view);
    if (!held.isLive) return { ...held, error: this.#error };
    if (this.#error === undefined) return LIVE;
    return { isLive: false, ageMs: clock.nowMs() - (this.#heardMs ?? 0), reason: 'unreachable', error: this.#error };
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#onIdle();
  }

  #start(): void {
    const { views, clock } = this.#tools;
    this.#view = views.held(this.topic, this.key);
    if (this.#view !== undefined) this.#heardMs = clock.nowMs();
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { views, clock } = this.#tools;
    while (!signal.aborted) {
      try {
        const next = await views.next(this.topic, this.key, { view: this.#view, signal });
        if (signal.aborted || next === undefined) return;
        this.#take(next);
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
        await clock.sleep(this.#backoff.nextMs(), signal);
      }
    }
  }

  #take({ view, isReset }: NextView<T>): void {
    this.#backoff.reset();
    this.#heardMs = this.#tools.clock.nowMs();
    this.#error = undefined;
    this.#view = view;
    if (isReset) this.#resets += 1;
    this.#wake();
  }

  #fail(error: unknown): void {
    if (this.#error === undefined && this.#view !== undefined) this.#heardMs = this.#tools.clock.nowMs();
    this.#error = error instanceof KonsulError ? error : new KonsulError('KONSUL_INVARIANT', messageOf(error), { cause: error });
    this.#wake();
  }

  #wake(): void {
    for (const follower of [...this.#followers]) follower();
  }
}

const LIVE: WatchFreshness = Object.freeze({ isLive: true, ageMs: 0, reason: undefined, error: undefined });
