/** What registrations are sent to the servers with. */
import type { ConfigValues } from '../config-values.ts';
import { fullSyncInterval, registerWait } from '../options/sync.ts';

export interface SyncConfig {
  /** How long a registration waits for the servers. 0: not. */
  readonly registerWaitMs: number;
  readonly fullSyncIntervalMs: number;
}

export const syncConfig = (values: ConfigValues): SyncConfig => ({
  registerWaitMs: values.get(registerWait),
  fullSyncIntervalMs: values.get(fullSyncInterval),
});
