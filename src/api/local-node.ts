/** What the agent routes need of the node they run on. Implemented by `local/`, handed in by the assemblies. */
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { SyncWait } from '../model/sync-wait.ts';
import type { StringMap } from '../model/values.ts';

/** What a registration of a service says beside service and checks. */
export interface RegisterOptions {
  /** Removes checks of the service that are not among the given ones. Default false. */
  readonly replaceChecks?: boolean;
  /** Kept with the registration, and sent with it: for access rules. Never shown. */
  readonly token?: string;
  /** Default `briefly`. */
  readonly wait?: SyncWait;
}

/**
 * Each change is on disk when its promise resolves, and is sent to the servers until they have it; `wait` says how long the promise waits
 * for them, by default `briefly`. With `synced`, NOT_SYNCED is thrown if they have not confirmed it within ten seconds.
 */
export interface LocalNode {
  readonly nodeName: string;
  readonly nodeId: string;
  /** The node's own metadata, as registered in the catalog. */
  readonly nodeMeta: StringMap;
  /** Registered here, by id. Views, not to be changed. `Service` and `Check` have indexes 0. */
  services(): ReadonlyMap<string, Service>;
  checks(): ReadonlyMap<string, Check>;
  /**
   * Registers or replaces a service with its checks, as one write. Throws REJECTED when the agent holds all it may, STORE_FAILED when
   * the disk refuses.
   */
  registerService(service: ServiceDefinition, checks: readonly CheckRegistration[], options?: RegisterOptions): Promise<void>;
  /** False if there is no such service. */
  deregisterService(id: string, wait?: SyncWait): Promise<boolean>;
  /** Throws NOT_FOUND, with Consul's text, for a check of a service that is not registered here. */
  registerCheck(check: CheckRegistration, wait?: SyncWait): Promise<void>;
  deregisterCheck(id: string, wait?: SyncWait): Promise<boolean>;
  /** Reports a TTL check. Throws NOT_FOUND for an unknown check, REJECTED for one without a TTL, with Consul's texts. */
  updateTtl(checkId: string, report: TtlReport, wait?: SyncWait): Promise<void>;
  /** Adds or removes the maintenance check of a service, or with '' of the node. False if there is no such service. */
  setMaintenance(serviceId: string, wanted: MaintenanceMode, wait?: SyncWait): Promise<boolean>;
  /** Resolves when a service's registration may have changed (for hash-blocking), or time or signal end the wait. */
  waitForChange(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** What a program says of its TTL check. */
export interface TtlReport {
  readonly status: CheckStatus;
  readonly output: string;
}

export interface MaintenanceMode {
  readonly enable: boolean;
  /** Shown as the notes of the check; '' for a text of Consul's. */
  readonly reason: string;
}
