/** Views of a cache in this process: the embedded agent's, or that of a worker thread. What is not held in it is asked of the API. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Backend, Freshness } from '../topics/backend.ts';
import { eventsTopic } from '../topics/events.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { type NextView, PAUSE_MS, type Seen, type Views, WAIT_MS } from './views.ts';

/** What reads of a cache need. `Cache` is one. */
export interface ReadCache extends Pick<Backend, 'read' | 'wait'> {
  freshness(topic: Topic<unknown>, key: string): Freshness;
}

export class CacheViews implements Views {
  readonly #cache: ReadCache;
  readonly #api: Views;
  readonly #clock: Clock;
  /** Where each view that came over the API came from. */
  readonly #relayed = new WeakSet<View>();

  constructor(cache: ReadCache, api: Views, clock: Clock) {
    this.#cache = cache;
    this.#api = api;
    this.#clock = clock;
  }

  read<T>(topic: Topic<T>, key: string): View<T> | Promise<View<T>> {
    const found = this.#cache.read(topic, key);
    return found instanceof Promise ? this.#orRelayed(found, topic, key) : found;
  }

  held<T>(topic: Topic<T>, key: string): View<T> | undefined {
    try {
      const found = this.#cache.read(topic, key);
      if (!(found instanceof Promise)) return found;
      found.catch(() => {});
    } catch {
      // It will be told to who asks for the next view.
    }
    return undefined;
  }

  async next<T>(topic: Topic<T>, key: string, from: Seen<T>): Promise<NextView<T> | undefined> {
    // Which events are meant for this node is for the API to say.
    if (isEvents(topic) || (from.view !== undefined && this.#relayed.has(from.view))) return this.#nextRelayed(topic, key, from);
    try {
      return await this.#nextHere(topic, key, from);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return this.#nextRelayed(topic, key, { ...from, view: undefined });
    }
  }

  freshness(topic: Topic<unknown>, key: string, view: View): Freshness {
    if (this.#relayed.has(view)) return this.#api.freshness(topic, key, view);
    return this.#cache.freshness(topic, key);
  }

  async #nextHere<T>(topic: Topic<T>, key: string, { view: seen, signal }: Seen<T>): Promise<NextView<T> | undefined> {
    let isReset = false;
    let waitedFor: View<T> | undefined;
    while (!signal.aborted) {
      const found = this.#cache.read(topic, key);
      // No `await` for what is there: between a read and its wait nothing may change.
      const view = found instanceof Promise ? await found : found;
      if (seen === undefined) return { view, isReset: false };
      if (isReset || view.index !== seen.index) return { view, isReset: isReset || view.index < seen.index };
      if (view === waitedFor) await this.#clock.sleep(PAUSE_MS, signal);
      waitedFor = view;
      isReset = await this.#cache.wait(topic, key, view.index, { timeoutMs: WAIT_MS, signal });
    }
    return undefined;
  }

  async #nextRelayed<T>(topic: Topic<T>, key: string, from: Seen<T>): Promise<NextView<T> | undefined> {
    const next = await this.#api.next(topic, key, from);
    if (next !== undefined) this.#relayed.add(next.view);
    return next;
  }

  async #orRelayed<T>(found: Promise<View<T>>, topic: Topic<T>, key: string): Promise<View<T>> {
    try {
      return await found;
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return this.#api.read(topic, key);
    }
  }
}

const isEvents = (topic: Topic<unknown> | { readonly name: string }): boolean => topic.name === eventsTopic.name;

const isTooLarge = (error: unknown): boolean => error instanceof KonsulError && error.code === 'VIEW_TOO_LARGE';
