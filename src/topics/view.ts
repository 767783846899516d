/** A topic's content at an index: what one read shows, shared by all who ask for it. Never changed once published. */

/** Rendered answers of a view, by the caller's selection. Bounded: the choice of selection is the caller's. */
export interface Variants {
  get(selection: string): Rendered | undefined;
  set(selection: string, rendered: Rendered): void;
}

/** An answer's bytes, made once: plain, and compressed when somebody asked for that. */
export interface Rendered {
  readonly body: Buffer;
  /** Set on first use by whoever compresses. */
  gzip: Buffer | undefined;
}

export interface View<T = unknown> {
  /** The index the answer carries; at least 1. */
  readonly index: number;
  /** The records, in the order in which they are shown. Frozen records in an array nobody changes. */
  readonly items: readonly T[];
  readonly variants: Variants;
}

/** At most so many rendered variants are kept per view. */
export const MAX_VARIANTS = 16;

/** Makes a view; nothing may change `items` afterwards. */
export function createView<T>(index: number, items: readonly T[]): View<T> {
  return { index: Math.max(index, 1), items, variants: new BoundedVariants() };
}

/** Keeps the first `MAX_VARIANTS` selections: a flood of strange ones cannot push out the usual ones. */
class BoundedVariants implements Variants {
  #map: Map<string, Rendered> | undefined;

  get(selection: string): Rendered | undefined {
    return this.#map?.get(selection);
  }

  set(selection: string, rendered: Rendered): void {
    this.#map ??= new Map();
    if (this.#map.size < MAX_VARIANTS) this.#map.set(selection, rendered);
  }
}
