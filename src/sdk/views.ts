/**
 * What the SDK reads through, whoever holds the views: an agent or a cache in this process, or an agent that is asked over HTTP. Owned here,
 * implemented by `cache-views.ts` and `api-views.ts`.
 */
import type { Freshness } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';

export interface Views {
  /** The view as it is now: a promise only where it has to be fetched. */
  read<T>(topic: Topic<T>, key: string): View<T> | Promise<View<T>>;
  /** The view if it is at hand, at no cost; else `undefined`. Never throws. */
  held<T>(topic: Topic<T>, key: string): View<T> | undefined;
  /**
   * The view once it is another than the one that was seen; without one, as it is now. `undefined` once the signal aborts. Rejects when it
   * cannot be known: try again later, from the same place.
   */
  next<T>(topic: Topic<T>, key: string, from: Seen<T>): Promise<NextView<T> | undefined>;
  /** How fresh a view that came from here is now. */
  freshness(topic: Topic<unknown>, key: string, view: View): Freshness;
}

export interface Seen<T> {
  readonly view: View<T> | undefined;
  readonly signal: AbortSignal;
}

export interface NextView<T> {
  readonly view: View<T>;
  /** The servers were restored or came back empty: what was seen before is of another history. */
  readonly isReset: boolean;
}

/** The longest wait of one question; then it is asked again. */
export const WAIT_MS = 60_000;
/** A wait that ended without a change is not begun again at once: who answers too early must not keep a core busy. */
export const PAUSE_MS = 20;

export const LIVE: Freshness = Object.freeze({ isLive: true });
