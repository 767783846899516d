/** All entries, by topic and key. One map per topic that stays the same for good, so that a reader can be bound to it once. */
import type { Topic } from '../topics/topic.ts';
import { Entry } from './entry.ts';

export class EntryTable {
  readonly #topics = new Map<string, Map<string, Entry>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The entries of a topic, by key. For reading only. */
  of(topic: Topic<unknown>): Map<string, Entry> {
    let entries = this.#topics.get(topic.name);
    if (entries === undefined) {
      entries = new Map();
      this.#topics.set(topic.name, entries);
    }
    return entries;
  }

  get(topic: Topic<unknown>, key: string): Entry | undefined {
    return this.#topics.get(topic.name)?.get(key);
  }

  /** A new entry; there must be none. */
  add(topic: Topic<unknown>, key: string): Entry {
    const entry = new Entry(topic, key);
    this.of(topic).set(key, entry);
    this.#count += 1;
    return entry;
  }

  remove(entry: Entry): void {
    if (this.#topics.get(entry.topic.name)?.delete(entry.key)) this.#count -= 1;
  }

  /** By topic. What is added meanwhile may come or not. */
  *[Symbol.iterator](): Iterator<Entry> {
    for (const entries of this.#topics.values()) yield* entries.values();
  }

  /** Entries and bytes by topic, of those topics that have any. */
  usage(): Readonly<Record<string, { readonly entries: number; readonly bytes: number }>> {
    const used = [...this.#topics].filter(([, entries]) => entries.size > 0);
    return Object.fromEntries(used.map(([name, entries]) => [name, usageOf(entries)]));
  }
}

/** The bytes are added up when they are asked for: whoever wants to know how many there are should not pay for them. */
const usageOf = (entries: ReadonlyMap<string, Entry>): { readonly entries: number; readonly bytes: number } => ({
  entries: entries.size,
  get bytes() {
    return bytesIn(entries.values());
  },
});

function bytesIn(entries: Iterable<Entry>): number {
  let bytes = 0;
  for (const { chargedBytes } of entries) bytes += chargedBytes;
  return bytes;
}
