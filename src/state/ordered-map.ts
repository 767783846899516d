/**
 * A map in key order, with ranges by prefix: chunks of sorted keys, found by binary search. A write moves at most one chunk.
 * Order is that of UTF-16; `under` gives the byte order of UTF-8, which differs only where keys hold characters from U+D800 up.
 */

const CHUNK_SIZE = 512;
const EXOTIC = /[\ud800-\uffff]/;

interface Chunk<V> {
  readonly keys: string[];
  readonly values: V[];
}

export class OrderedMap<V> {
  #chunks: Chunk<V>[] = [{ keys: [], values: [] }];
  #size = 0;
  #exoticKeys = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const chunk = this.#chunkOf(key);
    const at = lowerBound(chunk.keys, key);
    return chunk.keys[at] === key ? chunk.values[at] : undefined;
  }

  /** Puts, and gives what stood there before. */
  set(key: string, value: V): V | undefined {
    const chunk = this.#chunkOf(key);
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] === key) {
      const before = chunk.values[at];
      chunk.values[at] = value;
      return before;
    }
    chunk.keys.splice(at, 0, key);
    chunk.values.splice(at, 0, value);
    this.#size += 1;
    if (EXOTIC.test(key)) this.#exoticKeys += 1;
    if (chunk.keys.length > CHUNK_SIZE) this.#split(chunk);
    return undefined;
  }

  /** Removes, and gives what stood there. */
  delete(key: string): V | undefined {
    const chunk = this.#chunkOf(key);
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] !== key) return undefined;
    const before = chunk.values[at];
    chunk.keys.splice(at, 1);
    chunk.values.splice(at, 1);
    this.#size -= 1;
    if (EXOTIC.test(key)) this.#exoticKeys -= 1;
    if (chunk.keys.length === 0 && this.#chunks.length > 1) this.#chunks.splice(this.#chunks.indexOf(chunk), 1);
    return before;
  }

  /** All values whose key starts with `prefix` (''; everything), in byte order of their keys. */
  under(prefix: string): V[] {
    if (this.#exoticKeys === 0) return this.#valuesUnder(prefix);
    return [...this.range(prefix)].sort(([a], [b]) => compareUtf8(a, b)).map(([, value]) => value);
  }

  /** Keys and values below `prefix`, in UTF-16 order. The map must not change meanwhile. */
  *range(prefix: string): IterableIterator<[string, V]> {
    for (let c = this.#chunkIndexOf(prefix); c < this.#chunks.length; c += 1) {
      const { keys, values } = this.#chunks[c] as Chunk<V>;
      for (let i = lowerBound(keys, prefix); i < keys.length; i += 1) {
        const key = keys[i] as string;
        if (!key.startsWith(prefix)) return;
        yield [key, values[i] as V];
      }
    }
  }

  #valuesUnder(prefix: string): V[] {
    const values: V[] = [];
    for (let c = this.#chunkIndexOf(prefix); c < this.#chunks.length; c += 1) {
      const chunk = this.#chunks[c] as Chunk<V>;
      for (let i = lowerBound(chunk.keys, prefix); i < chunk.keys.length; i += 1) {
        if (!(chunk.keys[i] as string).startsWith(prefix)) return values;
        values.push(chunk.values[i] as V);
      }
    }
    return values;
  }

  clear(): void {
    this.#chunks = [{ keys: [], values: [] }];
    this.#size = 0;
    this.#exoticKeys = 0;
  }

  #split(chunk: Chunk<V>): void {
    const half = chunk.keys.length >> 1;
    const upper: Chunk<V> = { keys: chunk.keys.splice(half), values: chunk.values.splice(half) };
    this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, upper);
  }

  #chunkOf(key: string): Chunk<V> {
    return this.#chunks[this.#chunkIndexOf(key)] as Chunk<V>;
  }

  /** The last chunk that starts at or before `key`. */
  #chunkIndexOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunks[middle]?.keys[0];
      if (first !== undefined && first <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Byte order of UTF-8, which is that of code points: surrogates, which stand for the highest ones, come after all else. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return rankOf(unitA) - rankOf(unitB);
  }
  return a.length - b.length;
}

const rankOf = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** The place of the first key at or after `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
