/** A kind of thing that can be held and watched as a whole. One file each in this folder; `topics.ts` is the list. */

export interface Topic<T> {
  readonly name: string;
  /** Type only: what one item of its views is. */
  readonly item?: T;
}

export const defineTopic = <T>(name: string): Topic<T> => Object.freeze({ name });
