/** The part of the configuration that the local state follows while it runs: the same at the start and at each reload. */
import type { AgentConfig } from '../config/agent-config.ts';
import type { ReloadableSettings } from '../local/local-options.ts';

export const localSettings = ({ checks }: Pick<AgentConfig, 'checks'>): ReloadableSettings => ({
  checkUpdateIntervalMs: checks.updateIntervalMs,
  discardCheckOutput: checks.discardsOutput,
  scriptChecksEnabled: checks.scriptsFromApi,
  flap: checks.flap,
});
