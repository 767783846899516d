/**
 * The views that somebody holds or waits for, by topic and key. A view is made when first asked for, shared, and dropped when a
 * change touches it. Unused views are kept within a number and a budget of bytes, oldest out first.
 */
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import type { Content, Touched } from './source.ts';

export interface ViewLimits {
  readonly maxViews: number;
  /** Of rendered answers, of item lists and of keys, together. A view that alone would take a quarter is made anew for each read. */
  readonly maxBytes: number;
}

const DEFAULT_LIMITS: ViewLimits = { maxViews: 10_000, maxBytes: 64 * 1024 * 1024 };
const REFERENCE_BYTES = 8;
/** A view and its place in the table, without its key. */
const VIEW_BYTES = 300;
/** One view may take this part of the budget. */
const LARGEST_PART = 1 / 4;

interface Slot {
  readonly slots: Map<string, Slot>;
  readonly key: string;
  view: View | undefined;
  /** Asked at every read, where the index is that of a table. */
  currentIndex: (() => number) | undefined;
  bytes: number;
  readonly waiters: Set<() => void>;
}

export class ViewTable {
  readonly #limits: ViewLimits;
  readonly #topics = new Map<string, Map<string, Slot>>();
  /** Slots that hold a view, oldest first. */
  readonly #held = new Set<Slot>();
  #bytes = 0;

  constructor(limits: ViewLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** How many views are held, and about what they take in bytes. */
  get held(): { readonly views: number; readonly bytes: number } {
    return { views: this.#held.size, bytes: this.#bytes };
  }

  /** The keys of a topic that are held or waited for: touching others is needless. */
  hasAny(topic: string): boolean {
    return (this.#topics.get(topic)?.size ?? 0) > 0;
  }

  /** The view of a key, made by `content` if it is not held. */
  read<T>(topic: Topic<T>, key: string, content: () => Content<T>): View<T> {
    const held = this.#topics.get(topic.name)?.get(key);
    if (held?.view !== undefined) return current(held, held.view) as View<T>;
    const { index: given, items, itemBytes = REFERENCE_BYTES } = content();
    const index = typeof given === 'number' ? given : given();
    const bytes = VIEW_BYTES + 2 * key.length + items.length * itemBytes;
    if (bytes > this.#limits.maxBytes * LARGEST_PART) return createView(index, items, () => false);
    const slot = this.#slot(topic.name, key);
    const view: View<T> = createView(index, items, (more) => this.#take(slot, view, more));
    slot.view = view;
    slot.currentIndex = typeof given === 'number' ? undefined : given;
    this.#held.add(slot);
    this.#take(slot, view, bytes);
    return view;
  }

  /** Calls `wake` once, at the next change that touches the key. Returns how to stop waiting. */
  wait(topic: string, key: string, wake: () => void): () => void {
    const slot = this.#slot(topic, key);
    slot.waiters.add(wake);
    return () => {
      slot.waiters.delete(wake);
      this.#dropIfUnused(slot);
    };
  }

  /** Drops the views of the keys, and adds who waits for them to `woken`. */
  touch(topic: string, touched: Touched, woken: Set<() => void>): void {
    const slots = this.#topics.get(topic);
    if (slots === undefined || slots.size === 0) return;
    for (const key of keysIn(slots, touched)) {
      const slot = slots.get(key);
      if (slot !== undefined) this.#touchSlot(slot, woken);
    }
  }

  touchAll(woken: Set<() => void>): void {
    for (const topic of this.#topics.keys()) this.touch(topic, 'all', woken);
  }

  #touchSlot(slot: Slot, woken: Set<() => void>): void {
    this.#dropView(slot);
    for (const wake of slot.waiters) woken.add(wake);
    slot.waiters.clear();
    this.#dropIfUnused(slot);
  }

  #slot(topic: string, key: string): Slot {
    let slots = this.#topics.get(topic);
    if (slots === undefined) {
      slots = new Map();
      this.#topics.set(topic, slots);
    }
    let slot = slots.get(key);
    if (slot === undefined) {
      slot = { slots, key, view: undefined, currentIndex: undefined, bytes: 0, waiters: new Set() };
      slots.set(key, slot);
    }
    return slot;
  }

  /** Counts bytes of a view; false if they cannot be had even by dropping others, or the view is no longer the one held. */
  #take(slot: Slot, view: View, bytes: number): boolean {
    if (slot.view?.variants !== view.variants || slot.bytes + bytes > this.#limits.maxBytes * LARGEST_PART) return false;
    slot.bytes += bytes;
    this.#bytes += bytes;
    this.#trim();
    return true;
  }

  #trim(): void {
    for (const slot of this.#held) {
      if (this.#held.size <= this.#limits.maxViews && this.#bytes <= this.#limits.maxBytes) return;
      this.#dropView(slot);
      this.#dropIfUnused(slot);
    }
  }

  #dropView(slot: Slot): void {
    this.#bytes -= slot.bytes;
    slot.bytes = 0;
    slot.view = undefined;
    slot.currentIndex = undefined;
    this.#held.delete(slot);
  }

  #dropIfUnused(slot: Slot): void {
    if (slot.view === undefined && slot.waiters.size === 0 && slot.slots.get(slot.key) === slot) slot.slots.delete(slot.key);
  }
}

/** The held view under the index that it has now: items and rendered answers stay. */
function current(slot: Slot, view: View): View {
  const index = slot.currentIndex?.() ?? view.index;
  if (index <= view.index) return view;
  slot.view = { ...view, index };
  return slot.view;
}

function keysIn(slots: ReadonlyMap<string, Slot>, touched: Touched): Iterable<string> {
  if (touched === 'all') return [...slots.keys()];
  return 'prefixesOf' in touched ? prefixesIn(slots, touched.prefixesOf) : touched;
}

/** The keys that `text` starts with: whatever is fewer, its prefixes or the keys, is gone through. A text may be very long. */
function prefixesIn(slots: ReadonlyMap<string, Slot>, text: string): string[] {
  if (slots.size <= text.length) return [...slots.keys()].filter((key) => text.startsWith(key));
  return Array.from({ length: text.length + 1 }, (_, length) => text.slice(0, length));
}
