/** Prepared queries: stored questions for the healthy instances of a service (spec section 10), and what each must be by itself. */
import { parseDurationNs } from './duration.ts';
import { metadataProblem } from './metadata.ts';
import type { Indexed } from './record.ts';
import type { StringMap } from './values.ts';

export interface QueryTemplate {
  /** `name_prefix_match`. */
  readonly type: string;
  /** Applied to the requested name; its groups are `${match(N)}`. */
  readonly regexp: string;
  readonly removeEmptyTags: boolean;
}

/** Where else to ask when nothing is left; one datacenter is all there is here. */
export interface QueryFailover {
  readonly nearestN: number;
  readonly datacenters: readonly string[] | undefined;
  readonly targets: readonly { readonly peer: string; readonly datacenter: string }[] | undefined;
}

export interface QueryService {
  readonly service: string;
  readonly samenessGroup: string;
  readonly failover: QueryFailover;
  /** Leaves out instances with warnings too. */
  readonly onlyPassing: boolean;
  readonly ignoreCheckIds: readonly string[] | undefined;
  /** A node name, `_agent`, `_ip`, or ''. */
  readonly near: string;
  /** All are required; `!tag` must not be there. */
  readonly tags: readonly string[] | undefined;
  readonly nodeMeta: StringMap | undefined;
  readonly serviceMeta: StringMap | undefined;
  readonly connect: boolean;
  readonly peer: string;
}

export interface PreparedQuery extends Indexed {
  readonly id: string;
  readonly name: string;
  /** '' or the session with which the query goes. */
  readonly session: string;
  readonly token: string;
  readonly template: QueryTemplate | undefined;
  readonly service: QueryService;
  /** As it was written: `10s`. */
  readonly dnsTtl: string;
}

/** A query as it is written: without the indexes of its record. */
export type QueryDefinition = Omit<PreparedQuery, keyof Indexed>;

/** What a token is shown as to those who may not see it. */
export const HIDDEN_TOKEN = '<hidden>';

/** Names are no longer, of queries and in requests for them; DNS could not ask for more. What a template costs goes with the name. */
export const MAX_QUERY_NAME_CHARS = 255;

/** Of a whole definition, as JSON. */
const MAX_QUERY_CHARS = 64 * 1024;

/** A template makes its query from the name that was asked for. */
export const isTemplate = ({ template }: Pick<PreparedQuery, 'template'>): boolean => (template?.type ?? '') !== '';

/** Why a query may not be stored whatever else is, in Consul's words where it has them; `undefined` if it may. */
export function queryProblem(query: QueryDefinition): string | undefined {
  if (query.name.length > MAX_QUERY_NAME_CHARS) return `Name must not be longer than ${MAX_QUERY_NAME_CHARS} characters`;
  if (JSON.stringify(query).length > MAX_QUERY_CHARS) return `Query must not be larger than ${MAX_QUERY_CHARS} characters`;
  if (query.name === '' && query.session === '' && !isTemplate(query)) return 'Must be bound to a session';
  if (query.token === HIDDEN_TOKEN) {
    return `Bad Token '${HIDDEN_TOKEN}', it looks like a query definition with a redacted token was submitted`;
  }
  return serviceProblem(query.service) ?? ttlProblem(query.dnsTtl);
}

function serviceProblem({ service, failover, nodeMeta }: QueryService): string | undefined {
  if (service === '') return 'Must provide a Service name to query';
  if (failover.nearestN < 0) return `Bad NearestN '${failover.nearestN}', must be >= 0`;
  const hasDatacenters = failover.nearestN > 0 || (failover.datacenters?.length ?? 0) > 0;
  if (hasDatacenters && (failover.targets?.length ?? 0) > 0) return 'Targets cannot be populated with NearestN or Datacenters';
  return metadataProblem(nodeMeta ?? {}, 'filter');
}

function ttlProblem(ttl: string): string | undefined {
  if (ttl === '') return undefined;
  const ns = parseDurationNs(ttl);
  if (ns === undefined) return `Bad DNS TTL '${ttl}': time: invalid duration ${JSON.stringify(ttl)}`;
  return ns < 0 ? `DNS TTL '${ns}', must be >=0` : undefined;
}
