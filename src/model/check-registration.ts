/** A check as a program registers it with its agent: what to run, and what it is called. */
import type { CheckStatus } from './check.ts';
import type { CheckSpec } from './check-spec.ts';

/** A check that comes with a service, or on its own. */
export interface CheckRegistration {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  /** '' for a check of the node. */
  readonly serviceId: string;
  /** The status until the first result; `undefined`: critical. A check that is registered again keeps the status it has. */
  readonly status: CheckStatus | undefined;
  readonly spec: CheckSpec;
  /** Sent with it, for access rules; never shown. Missing: that of its service, else the agent's own. */
  readonly token?: string;
}
