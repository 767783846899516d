/** Chance as a dependency: jitter, ids and shuffles take a `Random`, so that a seed replays a whole run. */
import { randomBytes } from 'node:crypto';

export interface Random {
  /** A number in [0, 1). */
  float(): number;
  /** A random (version 4) UUID, in lower case. */
  uuid(): string;
}

/** Unpredictable: fit for ids that act as secrets. */
export class SystemRandom implements Random {
  float(): number {
    return Math.random();
  }

  uuid(): string {
    return formatUuid(randomBytes(16));
  }
}

const KEY_BYTES = 32;

/** 32 unpredictable bytes, for keys that people keep. */
export const randomKey = (): Uint8Array => randomBytes(KEY_BYTES);

/** Repeatable: the same seed gives the same sequence (mulberry32). Never use it for secrets. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  float(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  uuid(): string {
    return formatUuid(Uint8Array.from({ length: 16 }, () => Math.floor(this.float() * 256)));
  }
}

function formatUuid(bytes: Uint8Array): string {
  const b = Uint8Array.from(bytes);
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(b).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
