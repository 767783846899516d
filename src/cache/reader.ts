/**
 * The shortest way to a view: bound once to a topic, it is one look-up, and a bump of two counters. Allocates nothing, reads no clock while
 * views are live, and returns at once whatever happens.
 */
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { Counters } from './counters.ts';
import type { Entry } from './entry.ts';
import { MAX_FREQUENCY } from './s3-fifo.ts';

/** Whose rights a reader reads with. Until there are access rules, there is one set. */
export type PolicySet = 'all';

/** Binds readers to topics. */
export interface Reader {
  topic<T>(topic: Topic<T>): TopicReader<T>;
}

export interface TopicReader<T> {
  /**
   * What is held of a key: the view itself, shared, not to be changed. Also a stale one, up to `cache.max_stale`; see `Cache.freshness`.
   * `undefined`: read it with `Cache.read`.
   */
  get(key: string): View<T> | undefined;
}

/** What a look-up goes through. */
export interface LookUp {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly counters: Counters;
  /** Answers for an entry that is not live. */
  readonly atOnce: (entry: Entry) => View | undefined;
}

export class CachedTopic<T> implements TopicReader<T> {
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #counters: Counters;
  readonly #atOnce: (entry: Entry) => View | undefined;

  constructor({ entries, counters, atOnce }: LookUp) {
    this.#entries = entries;
    this.#counters = counters;
    this.#atOnce = atOnce;
  }

  get(key: string): View<T> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (!entry.isLive) return this.#atOnce(entry) as View<T> | undefined;
    if (entry.frequency < MAX_FREQUENCY) entry.frequency += 1;
    this.#counters.hits += 1;
    return entry.view as View<T>;
  }
}
