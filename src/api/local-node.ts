/** What the agent routes need of the node they run on. Implemented by `local/`, handed in by the assemblies. */
import type { CheckStatus } from '../model/check.ts';
import type { Check } from '../model/check.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { CheckSpec } from '../model/check-spec.ts';

/** A check that comes with a service, or on its own. */
export interface CheckRegistration {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  /** '' for a check of the node. */
  readonly serviceId: string;
  /** The status until the first result; `undefined`: critical, or what it was before. */
  readonly status: CheckStatus | undefined;
  readonly spec: CheckSpec;
}

export interface LocalNode {
  readonly nodeName: string;
  readonly nodeId: string;
  /** Registered here, by id. Views, not to be changed. `Service` and `Check` have indexes 0. */
  services(): ReadonlyMap<string, Service>;
  checks(): ReadonlyMap<string, Check>;
  /**
   * Registers or replaces a service with its checks, as one write: on disk when this resolves, and sent to the servers (waiting at
   * most `sync.register_wait` for them). `replaceChecks` removes checks of the service that are not among `checks`.
   */
  registerService(service: ServiceDefinition, checks: readonly CheckRegistration[], replaceChecks: boolean): Promise<void>;
  /** False if there is no such service. */
  deregisterService(id: string): Promise<boolean>;
  registerCheck(check: CheckRegistration): Promise<void>;
  deregisterCheck(id: string): Promise<boolean>;
  /** Reports a TTL check. Throws NOT_FOUND for an unknown check, REJECTED for one without a TTL, with Consul's texts. */
  updateTtl(checkId: string, status: CheckStatus, output: string): Promise<void>;
  /** Adds or removes the maintenance check of a service, or with '' of the node. False if there is no such service. */
  setMaintenance(serviceId: string, enable: boolean, reason: string): Promise<boolean>;
  /** Resolves when a service's registration may have changed (for hash-blocking), or time or signal end the wait. */
  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void>;
}
