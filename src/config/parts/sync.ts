/** What registrations are sent to the servers with. */
import type { ConfigValues } from '../config-values.ts';
import { adoptGrace, fullSyncInterval, registerWait } from '../options/sync.ts';

export interface SyncConfig {
  /** How long a registration waits for the servers. 0: not. */
  readonly registerWaitMs: number;
  readonly fullSyncIntervalMs: number;
  /** How long an agent that starts with an empty disk keeps what the servers hold for its node. */
  readonly adoptGraceMs: number;
}

export const syncConfig = (values: ConfigValues): SyncConfig => ({
  registerWaitMs: values.get(registerWait),
  fullSyncIntervalMs: values.get(fullSyncInterval),
  adoptGraceMs: values.get(adoptGrace),
});
