/**
 * A kind of thing that can be held and watched as a whole. One file each in this folder; `topics.ts` is the list. Says what a holder
 * needs to know of its items to keep a copy of a view: what tells them apart, what shows that one changed, and how fast they age.
 */

/** Which of the three times applies to a view that is not live (`cache.service_ttl`, `cache.health_ttl`, `cache.kv_ttl`). */
export type AgingKind = 'service' | 'health' | 'kv';

export interface TopicDefinition<T> {
  readonly aging: AgingKind;
  /** A sudden loss of items after lost contact is doubted: the last good ones are shown for a while. Default false. */
  readonly isGuarded?: boolean;
  /** Names an item among those of its view. */
  idOf(item: T): string;
  /** Another text whenever the item is another: made of the ModifyIndex of each record in it. Compares within one lineage only. */
  stampOf(item: T): string;
}

export interface Topic<T> extends Required<TopicDefinition<T>> {
  readonly name: string;
  /** Type only: what one item of its views is. */
  readonly item?: T;
}

export const defineTopic = <T>(name: string, definition: TopicDefinition<T>): Topic<T> =>
  Object.freeze({ isGuarded: false, ...definition, name });
