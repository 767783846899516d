/** Consul's JSON of prepared queries and of what they find (spec section 10). */
import { HIDDEN_TOKEN, type PreparedQuery, type QueryFailover, type QueryService } from '../model/prepared-query.ts';
import type { StringMap } from '../model/values.ts';
import { mapJson, quote } from './json.ts';

const texts = (list: readonly string[] | undefined): string => (list === undefined ? 'null' : `[${list.map(quote).join(',')}]`);
const textMap = (map: StringMap | undefined): string => (map === undefined ? 'null' : mapJson(map, quote));

/** A definition. Without `showsToken` the token is `<hidden>`, if there is one. */
export function queryJson(query: PreparedQuery, showsToken: boolean): string {
  const { id, name, session, template, service, dnsTtl, createIndex, modifyIndex } = query;
  const token = query.token !== '' && !showsToken ? HIDDEN_TOKEN : query.token;
  const { type, regexp, removeEmptyTags } = template ?? { type: '', regexp: '', removeEmptyTags: false };
  return (
    `{"ID":${quote(id)},"Name":${quote(name)},"Session":${quote(session)},"Token":${quote(token)},` +
    `"Template":{"Type":${quote(type)},"Regexp":${quote(regexp)},"RemoveEmptyTags":${removeEmptyTags}},` +
    `"Service":${serviceJson(service)},"DNS":{"TTL":${quote(dnsTtl)}},"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}}`
  );
}

const serviceJson = (query: QueryService): string =>
  `{"Service":${quote(query.service)},"SamenessGroup":${quote(query.samenessGroup)},"Failover":${failoverJson(query.failover)},` +
  `"OnlyPassing":${query.onlyPassing},"IgnoreCheckIDs":${texts(query.ignoreCheckIds)},"Near":${quote(query.near)},` +
  `"Tags":${texts(query.tags)},"NodeMeta":${textMap(query.nodeMeta)},"ServiceMeta":${textMap(query.serviceMeta)},` +
  `"Connect":${query.connect},"Peer":${quote(query.peer)}}`;

function failoverJson({ nearestN, datacenters, targets }: QueryFailover): string {
  const shown = targets?.map(({ peer, datacenter }) => `{"Peer":${quote(peer)},"Datacenter":${quote(datacenter)}}`);
  return `{"NearestN":${nearestN},"Datacenters":${texts(datacenters)},"Targets":${shown === undefined ? 'null' : `[${shown.join(',')}]`}}`;
}

/** What an answer says of itself. */
export interface AnswerMeta {
  readonly knownLeader: boolean;
  readonly lastContactMs: number;
  readonly consistency: string;
}

/** The members that Consul's meta headers are also shown as in some bodies. Executions have no index of their own. */
export const metaMembers = ({ knownLeader, lastContactMs, consistency }: AnswerMeta): string =>
  `"Index":1,"LastContact":${Math.round(lastContactMs * 1e6)},"KnownLeader":${knownLeader},"ConsistencyLevel":${quote(consistency)},` +
  '"NotModified":false,"Backend":0,"ResultsFilteredByACLs":false';
