/** How a topic's views come from the state. One file per topic in `sources/`; `sources.ts` is the list. */
import type { TableName, Tables } from '../model/record.ts';
import type { Topic } from '../topics/topic.ts';
import type { State } from './state.ts';

/** What one change did. At least one of the two is there. */
export interface Applied<T extends TableName> {
  readonly before: Tables[T] | undefined;
  readonly after: Tables[T] | undefined;
}

/** The keys whose views a change may alter: some, every key that is held (`all`), or every prefix of a text. */
export type Touched = Iterable<string> | 'all' | { readonly prefixesOf: string };

export type TouchedBy = { readonly [T in TableName]?: (change: Applied<T>, state: State) => Touched };

export interface Content<T> {
  /** A function where the index is that of a whole table: it moves without the items, so it is asked for at every read. Cheap. */
  readonly index: number | (() => number);
  readonly items: readonly T[];
  /** About what one item takes in memory beyond the records it refers to; by default a reference. */
  readonly itemBytes?: number;
}

/** An item that joins a few records, and one that holds a list of its own as well. */
export const JOIN_BYTES = 64;
export const LIST_BYTES = 160;

export interface Source<T = unknown> {
  readonly topic: Topic<T>;
  /** The content of the view of `key` now. Pure; the items are frozen records or made here. */
  content(state: State, key: string): Content<T>;
  /** For each table the keys that its changes touch. Called right after a change was applied. */
  readonly touchedBy: TouchedBy;
}

export const defineSource = <T>(source: Source<T>): Source => source as Source;
