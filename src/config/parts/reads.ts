/** Where an agent has reads answered that say nothing of it themselves. */
import type { ConfigValues } from '../config-values.ts';
import { discoveryConsistency, kvConsistency } from '../options/cache.ts';

/** `live`: from the agent's own views. `leader`: by a server. */
export type ReadConsistency = 'live' | 'leader';

export interface ReadsConfig {
  /** Catalog and health. */
  readonly discovery: ReadConsistency;
  readonly kv: ReadConsistency;
}

/** Anything else was refused when it was read. */
export const readsConfig = (values: ConfigValues): ReadsConfig => ({
  discovery: values.get(discoveryConsistency).toLowerCase() as ReadConsistency,
  kv: values.get(kvConsistency).toLowerCase() as ReadConsistency,
});
