/** Everything that definition files register: what the local state is handed as one whole. */
import type { CheckRegistration } from '../model/check-registration.ts';
import type { ServiceDefinition } from '../model/service.ts';

export interface ServiceRegistration {
  readonly service: ServiceDefinition;
  /** The checks that stand inside its definition. */
  readonly checks: readonly CheckRegistration[];
  /** Sent with them, for access rules; never shown. Missing: the agent's own. */
  readonly token?: string;
}

/** Ids are unique: of the services, and of all checks together. */
export interface Registrations {
  readonly services: readonly ServiceRegistration[];
  /** Those that stand on their own; `serviceId` may name a service that no file defines. */
  readonly checks: readonly CheckRegistration[];
}

export const NO_REGISTRATIONS: Registrations = Object.freeze({ services: [], checks: [] });
