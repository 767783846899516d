/**
 * Whether nodes that fall silent may be taken for dead. Many at once mean that the network failed, or this server: then none is, until
 * enough are back, or for so long that they must be dead after all (DESIGN section 8). Judges numbers; knows no node.
 */
import type { Logger } from '../runtime/logger.ts';

export interface SelfPreservationOptions {
  /** More of the nodes than this, and at least three. 0 to 100. */
  readonly percent: number;
  readonly maxMs: number;
  readonly logger: Logger;
}

export interface Silence {
  /** Nodes that fell silent within about one grace time. */
  readonly silent: number;
  /** All that were heard before it began. */
  readonly total: number;
}

/** A few nodes may well die together. */
const MIN_SILENT = 3;

export class SelfPreservation {
  readonly #options: SelfPreservationOptions;
  #sinceMs: number | undefined;
  /** It lasted as long as it may: what is silent now is dead. */
  #isOver = false;

  constructor(options: SelfPreservationOptions) {
    this.#options = options;
  }

  /** Nodes are spared that would expire. */
  get isActive(): boolean {
    return this.isUndecided && !this.#isOver;
  }

  /** It is, or was until lately: it has to be asked again, even if nobody is due. */
  get isUndecided(): boolean {
    return this.#sinceMs !== undefined;
  }

  /** Whether silent nodes may be expired now. */
  mayExpire({ silent, total }: Silence, nowMs: number): boolean {
    const { percent, maxMs, logger } = this.#options;
    if (silent < MIN_SILENT || silent * 100 <= percent * total) return this.#end({ silent, total });
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs;
      logger.warn({ silent, total, maxMs }, 'too many nodes fell silent together: the network is blamed, and none expires for now');
    }
    if (!this.#isOver && nowMs - this.#sinceMs >= maxMs) {
      this.#isOver = true;
      logger.warn({ silent, total }, 'nodes have been silent for too long, and expire after all');
    }
    return this.#isOver;
  }

  /** Another leadership, another judgement. */
  reset(): void {
    this.#sinceMs = undefined;
    this.#isOver = false;
  }

  #end(silence: Silence): true {
    if (this.isActive) this.#options.logger.info({ ...silence }, 'enough nodes are heard again: silent ones expire as usual');
    this.reset();
    return true;
  }
}
