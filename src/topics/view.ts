/** A topic's content at an index: what one read shows, shared by all who ask for it. Never changed once published. */

/** An answer's bytes, made once: plain, and compressed once somebody asked for that. */
export interface Rendered {
  readonly body: Buffer;
  readonly gzip: Buffer | undefined;
}

/** Rendered answers of a view, by the caller's selection. Bounded: the choice of selection is the caller's. */
export interface Variants {
  get(selection: string): Rendered | undefined;
  /** Remembers, or replaces, if there is room. */
  set(selection: string, rendered: Rendered): void;
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

/** Told how many bytes a view's rendered variants grew by; false: there is no room for them. */
export type TakeBytes = (bytes: number) => boolean;

/** Makes a view; nothing may change `items` afterwards. */
export function createView<T>(index: number, items: readonly T[], takeBytes: TakeBytes = () => true): View<T> {
  return { index: Math.max(index, 1), items, variants: new BoundedVariants(takeBytes) };
}

/** Keeps the first `MAX_VARIANTS` selections: a flood of strange ones cannot push out the usual ones. */
class BoundedVariants implements Variants {
  readonly #takeBytes: TakeBytes;
  #map: Map<string, Rendered> | undefined;

  constructor(takeBytes: TakeBytes) {
    this.#takeBytes = takeBytes;
  }

  get(selection: string): Rendered | undefined {
    return this.#map?.get(selection);
  }

  set(selection: string, rendered: Rendered): void {
    this.#map ??= new Map();
    const before = this.#map.get(selection);
    if (before === undefined && this.#map.size >= MAX_VARIANTS) return;
    if (this.#takeBytes(sizeOf(rendered) - (before === undefined ? 0 : sizeOf(before)))) this.#map.set(selection, rendered);
  }
}

const sizeOf = (rendered: Rendered): number => rendered.body.length + (rendered.gzip?.length ?? 0);
