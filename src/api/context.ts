/** What every route is handed besides the request. Made once by an assembly. */
import type { Route } from '../http/route.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Random } from '../runtime/random.ts';
import type { Backend } from '../topics/backend.ts';
import type { EventInbox } from './event/inbox.ts';
import type { LocalNode } from './local-node.ts';
import type { Operations } from './operations.ts';

/** The part of the configuration that routes see. */
export interface ApiSettings {
  readonly datacenter: string;
  readonly nodeName: string;
  readonly nodeId: string;
  readonly isServer: boolean;
  /** True indents every JSON answer. */
  readonly isDev: boolean;
  readonly defaultQueryTimeMs: number;
  readonly maxQueryTimeMs: number;
  readonly kvMaxValueBytes: number;
  readonly txnMaxBytes: number;
  readonly sessionTtlMinMs: number;
  readonly checkOutputMaxBytes: number;
  /** Whether script checks may be registered over the API (`enable_script_checks`). */
  readonly scriptChecksEnabled: boolean;
  /** True: the coordinate endpoints are 401, and `near` sorts nothing (`disable_coordinates`). */
  readonly coordinatesDisabled: boolean;
  /** Where reads of catalog and health, and of KV, are answered that say nothing of it: from own views, or by a server. */
  readonly discoveryConsistency: 'live' | 'leader';
  readonly kvConsistency: 'live' | 'leader';
  /** Whether `?cached` means anything (`http_config.use_cache`). */
  readonly usesCache: boolean;
}

export interface ApiContext {
  readonly backend: Backend;
  readonly local: LocalNode;
  readonly operations: Operations;
  /** Which events were meant for this agent. */
  readonly eventInbox: EventInbox;
  readonly metrics: Metrics;
  readonly settings: ApiSettings;
  readonly clock: Clock;
  readonly random: Random;
}

export type ApiRoute = Route<ApiContext>;

/** Names a route's type where it is defined. */
export const defineRoute = (route: ApiRoute): ApiRoute => Object.freeze(route);
