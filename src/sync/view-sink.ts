/** Where the subscribing half of a link puts what arrives: the agent's cache. The subscriber counts digests and checks continuity; the sink holds. */
import type { KonsulError } from '../runtime/errors.ts';
import type { StaleReason } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';

export interface SinkContent {
  readonly index: number;
  /** Frozen to the bottom, in an array nobody changes. */
  readonly items: readonly unknown[];
  /** Of the frames that it came in, about: what the budget counts. */
  readonly sizeBytes: number;
}

export interface SinkView extends SinkContent {
  readonly topic: Topic<unknown>;
  readonly key: string;
  /** Of which the content is: its index and digest mean nothing in another one. */
  readonly lineage: string;
}

export interface ViewSink {
  /** The lineage of what is held from the last run; '' for none. */
  readonly lineage: string;
  /** The highest index ever seen here, in any lineage. */
  readonly seen: number;
  /** The highest index seen in `lineage`. */
  readonly index: number;
  /** What is held and wanted, of whichever lineage, the most used first: to be subscribed to when a link comes up. */
  held(): Iterable<SinkView>;
  /** Keys that are wanted and not held yet: misses that wait. */
  missing(): Iterable<{ readonly topic: Topic<unknown>; readonly key: string }>;
  /** The content as it came, also where the guard shows another one. */
  get(topic: Topic<unknown>, key: string): SinkView | undefined;
  /** A whole view, or one with a change applied. Makes it live. Ignored for what is no longer wanted. */
  put(topic: Topic<unknown>, key: string, content: SinkContent): void;
  /** What is held is right, at this index. Makes it live. */
  confirm(topic: Topic<unknown>, key: string, index: number): void;
  /** The view is not to be had; VIEW_TOO_LARGE is remembered, anything else fails who waits. */
  refuse(topic: Topic<unknown>, key: string, error: KonsulError): void;
  /** What is held turned out to be wrong, and is asked for anew. */
  doubt(topic: Topic<unknown>, key: string): void;
  /** A link is up. Another lineage than before: indexes start over. */
  linked(lineage: string): void;
  /**
   * Nothing is live any more, until it is put or confirmed again. `ageMs`: for how long that has been so already. What was not live
   * before keeps its age and its reason. Under `interval` and `upstream` contact is not lost: no guard begins.
   */
  unlinked(reason: StaleReason, ageMs: number): void;
}
