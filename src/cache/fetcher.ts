/** How the cache has views filled. Owned by `cache/`; implemented by the subscriber of the link. What comes arrives at the cache's `put`. */
import type { Topic } from '../topics/topic.ts';

export interface Fetcher {
  /** Wants the view, now and as it changes. Again for one that is wanted already: asks anew. Nothing is thrown: see `Cache.refuse`. */
  subscribe(topic: Topic<unknown>, key: string): void;
  unsubscribe(topic: Topic<unknown>, key: string): void;
  /** Whether a link is up: without one, misses fail at once. */
  readonly isLinked: boolean;
}
