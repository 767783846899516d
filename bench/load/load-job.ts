/** What the load generator's process is asked, and what it answers. */
import type { Percentiles } from './percentiles.ts';
import type { Recipe } from './recipes.ts';

/** Requests as fast as the answers come, or at a rate of its own. */
export interface LoadJob {
  readonly kind: 'load';
  readonly port: number;
  readonly connections: number;
  readonly recipe: Recipe;
  /** Requests; default: as many as fit in `durationMs`. */
  readonly count?: number;
  readonly durationMs?: number;
  /**
   * Requests per second: an open loop. Latency then counts from the moment a request was due, so that a server that stalls is charged for
   * all who would have come meanwhile. Default: each connection sends when its answer is there.
   */
  readonly ratePerS?: number;
  /**
   * How an open loop waits for the next request to be due: `spin` (default) is exact and takes a core; `timer` takes none and adds up to
   * 2 ms to what it measures.
   */
  readonly pace?: 'spin' | 'timer';
}

export interface LoadResult {
  readonly requests: number;
  /** Answers that are no 2xx, and lost connections. */
  readonly errors: number;
  readonly firstError: string | undefined;
  readonly elapsedMs: number;
  readonly latencyMs: Percentiles;
  readonly bodyBytes: number;
}

/** Blocking queries that wait, and one write that wakes some of them. */
export interface WakeJob {
  readonly kind: 'wake';
  readonly port: number;
  /** Paths of the queries, with index and wait; `awake[n]` is to be woken. */
  readonly awake: readonly string[];
  readonly asleep: readonly string[];
  /** The write. */
  readonly trigger: { readonly path: string; readonly body: string };
}

export interface WakeResult {
  /** From the write's first byte to each answer's last. */
  readonly latencyMs: Percentiles;
  /** Of those that were to stay asleep, how many were answered; 0 is right. */
  readonly wokenWrongly: number;
  /** One of the answers, to be sent again by a peer. */
  readonly sample: { readonly head: string; readonly body: string };
}

export type Job = LoadJob | WakeJob;
