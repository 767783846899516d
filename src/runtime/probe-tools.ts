/** What every kind of attempt is given by the prober. */
import type { Clock } from './clock.ts';
import type { DenyTarget } from './target-guard.ts';

export interface ProbeTools {
  readonly clock: Clock;
  /** Targets never to be called; `undefined`: all are allowed. */
  readonly deny: DenyTarget | undefined;
}
