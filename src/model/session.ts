/** A session: what locks are held with, and what ends them. */
import type { Indexed } from './record.ts';

export interface Session extends Indexed {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** Nanoseconds, as Consul shows it; 0 for none. */
  readonly lockDelayNs: number;
  readonly behavior: 'release' | 'delete';
  /** As given (`15s`), '' for none. */
  readonly ttl: string;
  /** 0 for none. The session ends 2 × this after the last renewal. */
  readonly ttlMs: number;
  /** `undefined` shows as null. */
  readonly nodeChecks: readonly string[] | undefined;
  readonly serviceChecks: readonly ServiceCheckRef[] | undefined;
  /** The old spelling of node checks, echoed when it was used. */
  readonly checks: readonly string[] | undefined;
}

export interface ServiceCheckRef {
  readonly id: string;
  readonly namespace: string;
}

/** No key stays closed longer than this after its session was invalidated. */
export const MAX_LOCK_DELAY_MS = 60_000;
