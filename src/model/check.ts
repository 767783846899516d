/** A health check of a node or of one service instance: its last known result. */
import type { Indexed } from './record.ts';
import type { Json } from './values.ts';

export type CheckStatus = 'passing' | 'warning' | 'critical';

export const CHECK_STATUSES: readonly CheckStatus[] = ['passing', 'warning', 'critical'];

/** The worse, the higher. */
export const SEVERITY: Readonly<Record<CheckStatus, number>> = Object.freeze({ passing: 0, warning: 1, critical: 2 });

export const isCheckStatus = (word: string): word is CheckStatus => (CHECK_STATUSES as readonly string[]).includes(word);

export interface Check extends Indexed {
  readonly node: string;
  /** Unique on its node. */
  readonly id: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly notes: string;
  readonly output: string;
  /** '' for a check of the node itself. */
  readonly serviceId: string;
  /** Copied from the service when the check is written. */
  readonly serviceName: string;
  readonly serviceTags: readonly string[];
  /** `http`, `tcp`, `ttl`, …, `maintenance`, or ''. */
  readonly type: string;
  /** Durations as shown: `10s`, or ''. */
  readonly interval: string;
  readonly timeout: string;
  readonly exposedPort: number;
  /** Consul's `Definition` of a check written through the catalog (PascalCase, durations as strings); `undefined` shows as {}. */
  readonly definition: Json | undefined;
  readonly owner: string;
}
