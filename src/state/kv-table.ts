/**
 * KV entries in order, who holds which lock, and the indexes of keys and prefixes. Deleted keys leave tombstones: the newest
 * 10,000 are kept, and one that falls out becomes a floor below which no prefix's index goes (ADR 0008).
 */
import type { KvEntry, LockDelay } from '../model/kv.ts';
import { OrderedMap } from './ordered-map.ts';

const MAX_TOMBSTONES = 10_000;

export class KvTable {
  readonly #entries = new OrderedMap<KvEntry>();
  readonly #tombstones = new OrderedMap<number>();
  /** Tombstones in the order of their deletion; a newer one of the same key outdates an older entry. */
  #deletions: { readonly key: string; readonly index: number }[] = [];
  readonly #held = new Map<string, Set<string>>();
  readonly #lockDelays = new Map<string, LockDelay>();
  /** The last write or deletion anywhere. */
  #index = 0;
  /** No prefix has a lower index than this. */
  #floor = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): KvEntry | undefined {
    return this.#entries.get(key);
  }

  under(prefix: string): readonly KvEntry[] {
    return this.#entries.under(prefix);
  }

  heldBy(session: string): Iterable<string> {
    return this.#held.get(session) ?? [];
  }

  lockDelay(key: string): LockDelay | undefined {
    return this.#lockDelays.get(key);
  }

  lockDelays(): Iterable<LockDelay> {
    return this.#lockDelays.values();
  }

  /** The index of one key: its entry's, or for an absent one that of the last write anywhere. */
  keyIndex(key: string): number {
    return this.#entries.get(key)?.modifyIndex ?? Math.max(this.#index, this.#floor);
  }

  /** The index of all below a prefix, given its entries. */
  prefixIndex(prefix: string, entries: readonly KvEntry[]): number {
    if (prefix === '') return Math.max(this.#index, this.#floor);
    let index = 0;
    for (const entry of entries) index = Math.max(index, entry.modifyIndex);
    for (const [, deleted] of this.#tombstones.range(prefix)) index = Math.max(index, deleted);
    return Math.max(index === 0 ? this.#index : index, this.#floor);
  }

  /** Puts or removes; gives what stood there before. Removing nothing moves no index. */
  apply(key: string, entry: KvEntry | undefined, index: number): KvEntry | undefined {
    const before = entry === undefined ? this.#entries.delete(key) : this.#entries.set(entry.key, entry);
    if (before === undefined && entry === undefined) return undefined;
    this.#index = Math.max(this.#index, index);
    if (before?.session) this.#release(before.session, key);
    if (entry?.session) this.#hold(entry.session, key);
    if (entry === undefined && before !== undefined) this.#bury(key, index);
    return before;
  }

  applyLockDelay(key: string, delay: LockDelay | undefined): void {
    if (delay === undefined) this.#lockDelays.delete(key);
    else this.#lockDelays.set(key, delay);
  }

  /** Empties the table; from now on nothing has a lower index than `floor`. */
  reset(floor: number): void {
    this.#entries.clear();
    this.#tombstones.clear();
    this.#deletions = [];
    this.#held.clear();
    this.#lockDelays.clear();
    this.#index = floor;
    this.#floor = floor;
  }

  #hold(session: string, key: string): void {
    const keys = this.#held.get(session);
    if (keys === undefined) this.#held.set(session, new Set([key]));
    else keys.add(key);
  }

  #release(session: string, key: string): void {
    const keys = this.#held.get(session);
    keys?.delete(key);
    if (keys?.size === 0) this.#held.delete(session);
  }

  #bury(key: string, index: number): void {
    this.#tombstones.set(key, index);
    this.#deletions.push({ key, index });
    if (this.#deletions.length < 2 * MAX_TOMBSTONES) return;
    for (const old of this.#deletions.splice(0, MAX_TOMBSTONES)) {
      this.#floor = Math.max(this.#floor, old.index);
      if (this.#tombstones.get(old.key) === old.index) this.#tombstones.delete(old.key);
    }
  }
}
