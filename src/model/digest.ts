/**
 * Digests of sets: the sum of the hashes of their items, so that a change adds and subtracts and nothing is hashed twice. Two 32-bit
 * halves. They find what was lost or mixed up; they are no defence against whom you link to.
 */
/** Two unsigned 32-bit numbers. */
export type Digest = readonly [low: number, high: number];

export const EMPTY_DIGEST: Digest = Object.freeze([0, 0] as const);

export const addDigests = ([a, b]: Digest, [c, d]: Digest): Digest => [(a + c) >>> 0, (b + d) >>> 0];

export const subtractDigests = ([a, b]: Digest, [c, d]: Digest): Digest => [(a - c) >>> 0, (b - d) >>> 0];

export const isSameDigest = ([a, b]: Digest, [c, d]: Digest): boolean => a === c && b === d;

/** Two passes of a multiplicative hash (FNV-1a and murmur's finaliser) over the UTF-16 units. */
export function textDigest(text: string): Digest {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) + (high >>> 13);
  }
  return [finish(low), finish(high ^ text.length)];
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
