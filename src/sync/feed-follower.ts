/** Who views are published to, and what it may ask. Owned by the feeds, implemented by the serving half of a link. */
import type { Digest } from '../model/digest.ts';

/** A view of somebody: a feed, which is told apart by being itself. */
export interface Followed {
  readonly key: string;
  /** No more of this to that follower. Nothing happens for one that does not follow it. */
  drop(follower: Follower): void;
}

/** A link that views are sent to. Which feeds it follows is kept by it, its part of each feed by the feed. */
export interface Follower {
  /** Larger views are not to be sent to it: bytes of the text of their items. */
  readonly maxViewBytes: number;
  /** Its link has ended: it must not follow anything any more. May turn true in `send`. */
  readonly isOver: boolean;
  send(kind: 'view' | 'change' | 'same' | 'noview', bytes: Uint8Array): void;
  /** The sum of the digests of all that it follows moves by this. */
  addDigest(difference: Digest): void;
  /** It follows this from now on, until `unfollowed`. */
  followed(feed: Followed): void;
  unfollowed(feed: Followed): void;
}

export interface Ask {
  readonly follower: Follower;
  /** The digest of what it holds, in this lineage. */
  readonly held: Digest | undefined;
  /** It wants the view as it is now, and not what follows. */
  readonly once: boolean;
}
