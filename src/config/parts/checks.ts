/** What health checks are configured with. */
import type { ConfigValues } from '../config-values.ts';
import {
  checkOutputMaxSize,
  checkUpdateInterval,
  discardCheckOutput,
  enableLocalScriptChecks,
  enableScriptChecks,
  flapEnabled,
  flapHalfLife,
  flapPenalty,
  flapReuse,
  flapSuppress,
  followRedirects,
  minDeregisterAfter,
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
  /** The least `DeregisterCriticalServiceAfter`. */
  readonly minDeregisterAfterMs: number;
  /** Reloadable. */
  readonly flap: FlapConfig;
}

/** How checks that change all the time are damped. */
export interface FlapConfig {
  readonly isEnabled: boolean;
  readonly halfLifeMs: number;
  readonly penalty: number;
  readonly suppress: number;
  readonly reuse: number;
}

export const checksConfig = (values: ConfigValues): ChecksConfig => ({
  scriptsFromApi: values.get(enableScriptChecks),
  scriptsFromFiles: values.get(enableScriptChecks) || values.get(enableLocalScriptChecks),
  updateIntervalMs: values.get(checkUpdateInterval),
  outputMaxBytes: values.get(checkOutputMaxSize),
  discardsOutput: values.get(discardCheckOutput),
  followsRedirects: values.get(followRedirects),
  minDeregisterAfterMs: values.get(minDeregisterAfter),
  flap: {
    isEnabled: values.get(flapEnabled),
    halfLifeMs: values.get(flapHalfLife),
    penalty: values.get(flapPenalty),
    suppress: values.get(flapSuppress),
    reuse: values.get(flapReuse),
  },
});
