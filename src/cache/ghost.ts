/** Remembers which keys were evicted lately, as hashes: the memory is bounded whatever the keys are. A collision only misjudges a key. */

/** More are never remembered, however many entries a cache may have. */
const MAX_REMEMBERED = 131_072;

export class Ghost {
  readonly #ring: Int32Array;
  /** At which turn a hash was last remembered. */
  readonly #turnOf = new Map<number, number>();
  #turn = 0;

  constructor(capacity: number) {
    this.#ring = new Int32Array(Math.min(Math.max(capacity, 1), MAX_REMEMBERED));
  }

  /** Remembers a hash (a non-negative 31-bit integer), and forgets the one that is `capacity` turns older. */
  add(hash: number): void {
    const place = this.#turn % this.#ring.length;
    const oldest = this.#ring[place] ?? 0;
    if (this.#turnOf.get(oldest) === this.#turn - this.#ring.length) this.#turnOf.delete(oldest);
    this.#ring[place] = hash;
    this.#turnOf.set(hash, this.#turn);
    this.#turn += 1;
  }

  /** Whether the hash is among the last `depth` that were remembered. */
  has(hash: number, depth: number): boolean {
    const turn = this.#turnOf.get(hash);
    return turn !== undefined && turn >= this.#turn - depth;
  }
}
