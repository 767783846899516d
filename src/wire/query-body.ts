/** A prepared query in a request body (spec section 10), and the definition that it makes. */
import type { QueryDefinition, QueryFailover, QueryService } from '../model/prepared-query.ts';
import type { StringMap } from '../model/values.ts';
import { bool, int, list, object, type Schema, stringMap, text, uint64 } from './schema.ts';

interface TargetBody {
  readonly Peer?: string;
  readonly Datacenter?: string;
}

interface FailoverBody {
  readonly NearestN?: number;
  readonly Datacenters?: readonly string[];
  readonly Targets?: readonly TargetBody[];
}

interface QueryServiceBody {
  readonly Service?: string;
  readonly SamenessGroup?: string;
  readonly Failover?: FailoverBody;
  readonly OnlyPassing?: boolean;
  readonly IgnoreCheckIDs?: readonly string[];
  readonly Near?: string;
  readonly Tags?: readonly string[];
  readonly NodeMeta?: StringMap;
  readonly ServiceMeta?: StringMap;
  readonly Connect?: boolean;
  readonly Peer?: string;
}

export interface QueryBody {
  readonly ID?: string;
  readonly Name?: string;
  readonly Session?: string;
  readonly Token?: string;
  readonly Template?: { readonly Type?: string; readonly Regexp?: string; readonly RemoveEmptyTags?: boolean };
  readonly Service?: QueryServiceBody;
  readonly DNS?: { readonly TTL?: string };
}

const failover: Schema<FailoverBody> = object({
  NearestN: int({ description: 'So many of the nearest other datacenters; there are none' }),
  Datacenters: list(text(), { description: 'Other datacenters; unknown ones are skipped' }),
  Targets: list(object({ Peer: text(), Datacenter: text() })),
});

const service: Schema<QueryServiceBody> = object({
  Service: text({ description: 'The name of the service; required' }),
  SamenessGroup: text(),
  Failover: failover,
  OnlyPassing: bool({ description: 'Leaves out instances with warnings too' }),
  IgnoreCheckIDs: list(text(), { description: 'Checks that do not count' }),
  Near: text({ description: 'A node, `_agent` or `_ip`: what is nearer comes first' }),
  Tags: list(text(), { description: 'All are required, in any case; `!tag` must not be there' }),
  NodeMeta: stringMap(),
  ServiceMeta: stringMap(),
  Connect: bool({ description: 'Instances of the mesh' }),
  Peer: text(),
});

export const queryBody: Schema<QueryBody> = object({
  ID: text({ description: 'Must be empty for a new query' }),
  Name: text({ description: 'Unique in any case; needed unless there is a session' }),
  Session: text({ description: 'The query goes with this session' }),
  Token: text(),
  Template: object({
    Type: text({ description: '`name_prefix_match`, or empty for a query that is no template' }),
    Regexp: text({ description: 'Applied to the requested name; its groups are `match(N)` in the texts' }),
    RemoveEmptyTags: bool(),
  }),
  Service: service,
  DNS: object({ TTL: text({ description: 'A duration, for answers over DNS' }) }),
  CreateIndex: uint64(),
  ModifyIndex: uint64(),
});

/** The definition under an id; what is missing is empty. Problems are for the leader to find. */
export function queryFrom(given: QueryBody, id: string): QueryDefinition {
  const { Template: template } = given;
  return {
    id,
    name: given.Name ?? '',
    session: (given.Session ?? '').toLowerCase(),
    token: given.Token ?? '',
    template: template && {
      type: template.Type ?? '',
      regexp: template.Regexp ?? '',
      removeEmptyTags: template.RemoveEmptyTags ?? false,
    },
    service: serviceFrom(given.Service ?? {}),
    dnsTtl: given.DNS?.TTL ?? '',
  };
}

const serviceFrom = (given: QueryServiceBody): QueryService => ({
  service: given.Service ?? '',
  samenessGroup: given.SamenessGroup ?? '',
  failover: failoverFrom(given.Failover ?? {}),
  onlyPassing: given.OnlyPassing ?? false,
  ignoreCheckIds: given.IgnoreCheckIDs,
  near: given.Near ?? '',
  tags: given.Tags,
  nodeMeta: given.NodeMeta,
  serviceMeta: given.ServiceMeta,
  connect: given.Connect ?? false,
  peer: given.Peer ?? '',
});

const failoverFrom = ({ NearestN, Datacenters, Targets }: FailoverBody): QueryFailover => ({
  nearestN: NearestN ?? 0,
  datacenters: Datacenters,
  targets: Targets?.map(({ Peer, Datacenter }) => ({ peer: Peer ?? '', datacenter: Datacenter ?? '' })),
});
