/** What health checks are configured with. */
import type { ConfigValues } from '../config-values.ts';
import {
  checkOutputMaxSize,
  checkUpdateInterval,
  discardCheckOutput,
  enableLocalScriptChecks,
  enableScriptChecks,
  followRedirects,
} from '../options/checks.ts';

export interface ChecksConfig {
  /** Scripts over the API. */
  readonly scriptsFromApi: boolean;
  /** Scripts in definition files. */
  readonly scriptsFromFiles: boolean;
  /** Reloadable. */
  readonly updateIntervalMs: number;
  readonly outputMaxBytes: number;
  /** Reloadable. */
  readonly discardsOutput: boolean;
  readonly followsRedirects: boolean;
}

export const checksConfig = (values: ConfigValues): ChecksConfig => ({
  scriptsFromApi: values.get(enableScriptChecks),
  scriptsFromFiles: values.get(enableScriptChecks) || values.get(enableLocalScriptChecks),
  updateIntervalMs: values.get(checkUpdateInterval),
  outputMaxBytes: values.get(checkOutputMaxSize),
  discardsOutput: values.get(discardCheckOutput),
  followsRedirects: values.get(followRedirects),
});
