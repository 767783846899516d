/**
 * What changed from one state of a view to the next, as positions and items, and back. Items are the same if they are one object, or if
 * the topic's id and stamp say so. Both halves of the link use this; neither list is changed.
 */
import { addDigests, type Digest, subtractDigests } from '../model/digest.ts';
import type { Topic } from '../topics/topic.ts';
import { itemDigest } from '../topics/view-digest.ts';

/** Positions of the old list that are gone, and items at their positions in the new one. Both ascending. */
export interface ViewDelta {
  readonly gone: readonly number[];
  readonly put: readonly (readonly [position: number, item: unknown])[];
}

/** What the two lists share, from both ends. */
interface Middle {
  readonly start: number;
  readonly beforeEnd: number;
  readonly afterEnd: number;
}

/**
 * The way from `before` to `after`; what is kept stays in order. `undefined`: the whole view is the better message, since what is kept
 * changed its order, or more than half is gone or put. Linear; compares by reference first.
 */
export function viewDelta<T>(topic: Topic<T>, before: readonly T[], after: readonly T[]): ViewDelta | undefined {
  const middle = differingMiddle(topic, before, after);
  const gone: number[] = [];
  const put: (readonly [number, unknown])[] = [];
  const places = placesById(topic, before, middle);
  let next = middle.start;
  for (let at = middle.start; at < middle.afterEnd; at += 1) {
    const item = after[at] as T;
    const place = places.get(topic.idOf(item));
    if (place === undefined || !isSame(topic, before[place] as T, item)) {
      put.push([at, item]);
      continue;
    }
    if (place < next) return undefined;
    for (; next < place; next += 1) gone.push(next);
    next = place + 1;
  }
  for (; next < middle.beforeEnd; next += 1) gone.push(next);
  return gone.length * 2 > before.length || put.length * 2 > after.length ? undefined : { gone, put };
}

/** `items` with the delta applied, as a new frozen list; `undefined` if its positions make no sense for these items. */
export function applyDelta(items: readonly unknown[], { gone, put }: ViewDelta): readonly unknown[] | undefined {
  if (!isAscending(gone, (position) => position, items.length)) return undefined;
  const length = items.length - gone.length + put.length;
  if (!isAscending(put, ([position]) => position, length)) return undefined;
  const result: unknown[] = [];
  let from = 0;
  let atGone = 0;
  let atPut = 0;
  while (result.length < length) {
    const next = put[atPut];
    if (next !== undefined && next[0] === result.length) {
      result.push(next[1]);
      atPut += 1;
    } else if (gone[atGone] === from) {
      from += 1;
      atGone += 1;
    } else {
      result.push(items[from]);
      from += 1;
    }
  }
  return Object.freeze(result);
}

/** The digest of a view after a delta, from the one before. Only what changed is hashed. */
export function digestAfter<T>(
  topic: Topic<T>,
  held: { readonly items: readonly T[]; readonly digest: Digest },
  { gone, put }: ViewDelta,
): Digest {
  let { digest } = held;
  for (const position of gone) digest = subtractDigests(digest, itemDigest(topic, held.items[position] as T));
  for (const [, item] of put) digest = addDigests(digest, itemDigest(topic, item as T));
  return digest;
}

function differingMiddle<T>(topic: Topic<T>, before: readonly T[], after: readonly T[]): Middle {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(topic, before[start] as T, after[start] as T)) start += 1;
  let kept = 0;
  while (kept < shorter - start && isSame(topic, before[before.length - 1 - kept] as T, after[after.length - 1 - kept] as T)) kept += 1;
  return { start, beforeEnd: before.length - kept, afterEnd: after.length - kept };
}

function placesById<T>(topic: Topic<T>, before: readonly T[], { start, beforeEnd }: Middle): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (let at = start; at < beforeEnd; at += 1) places.set(topic.idOf(before[at] as T), at);
  return places;
}

const isSame = <T>(topic: Topic<T>, a: T, b: T): boolean =>
  a === b || (topic.idOf(a) === topic.idOf(b) && topic.stampOf(a) === topic.stampOf(b));

/** Whether the positions rise and stay below `end`. */
function isAscending<E>(list: readonly E[], positionOf: (element: E) => number, end: number): boolean {
  let least = 0;
  for (const element of list) {
    const position = positionOf(element);
    if (position < least || position >= end) return false;
    least = position + 1;
  }
  return true;
}
