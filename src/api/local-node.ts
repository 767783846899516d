/** What the agent routes need of the node they run on. Implemented by `local/`, handed in by the assemblies. */
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { StringMap } from '../model/values.ts';

export interface LocalNode {
  readonly nodeName: string;
  readonly nodeId: string;
  /** The node's own metadata, as registered in the catalog. */
  readonly nodeMeta: StringMap;
  /** Registered here, by id. Views, not to be changed. `Service` and `Check` have indexes 0. */
  services(): ReadonlyMap<string, Service>;
  checks(): ReadonlyMap<string, Check>;
  /**
   * Registers or replaces a service with its checks, as one write: on disk when this resolves, and sent to the servers (waiting at
   * most `sync.register_wait` for them). `replaceChecks` removes checks of the service that are not among `checks`. Throws REJECTED
   * when the agent holds all it may, STORE_FAILED when the disk refuses.
   */
  registerService(service: ServiceDefinition, checks: readonly CheckRegistration[], replaceChecks: boolean): Promise<void>;
  /** False if there is no such service. */
  deregisterService(id: string): Promise<boolean>;
  /** Throws NOT_FOUND, with Consul's text, for a check of a service that is not registered here. */
  registerCheck(check: CheckRegistration): Promise<void>;
  deregisterCheck(id: string): Promise<boolean>;
  /** Reports a TTL check. Throws NOT_FOUND for an unknown check, REJECTED for one without a TTL, with Consul's texts. */
  updateTtl(checkId: string, status: CheckStatus, output: string): Promise<void>;
  /** Adds or removes the maintenance check of a service, or with '' of the node. False if there is no such service. */
  setMaintenance(serviceId: string, enable: boolean, reason: string): Promise<boolean>;
  /** Resolves when a service's registration may have changed (for hash-blocking), or time or signal end the wait. */
  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void>;
}
