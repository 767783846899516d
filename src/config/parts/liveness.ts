/** What a server does about agents that it does not hear. */
import type { ConfigValues } from '../config-values.ts';
import { livenessGrace, reapAfter, selfPreservation, selfPreservationMax } from '../options/sync.ts';

export interface LivenessConfig {
  /** Silent for longer: `serfHealth` is critical. */
  readonly graceMs: number;
  /** Silent for longer: deregistered. */
  readonly reapAfterMs: number;
  /** If more of the nodes than this fall silent together, none expires. */
  readonly selfPreservationPercent: number;
  readonly selfPreservationMaxMs: number;
}

export const livenessConfig = (values: ConfigValues): LivenessConfig => ({
  graceMs: values.get(livenessGrace),
  reapAfterMs: values.get(reapAfter),
  selfPreservationPercent: values.get(selfPreservation),
  selfPreservationMaxMs: values.get(selfPreservationMax),
});
