/** The healthy instances that a prepared query finds now. */
import { type Answer, type JsonList, listAnswer } from '../../http/answer.ts';
import { parseBool, type Query } from '../../http/request.ts';
import type { RouteRequest } from '../../http/route.ts';
import { KonsulError } from '../../runtime/errors.ts';
import type { ServiceEntry } from '../../topics/entries.ts';
import { executeQuery, type QueryAnswer, type QueryRequest } from '../../topics/prepared-query/execute.ts';
import { serviceEntryJson } from '../../wire/catalog.ts';
import { quote } from '../../wire/json.ts';
import type { ApiContext } from '../context.ts';
import { sourceAddress, sourceNode } from '../source-address.ts';
import { atOnceMeta, parseAtOnce } from './at-once.ts';
import { queryNotFound } from './definition.ts';

/** Throws NOT_FOUND for an unknown query. An unknown service is no error: it has no instances. */
export async function executeAnswer(nameOrId: string, request: RouteRequest, context: ApiContext): Promise<Answer> {
  const { mode, isCached } = parseAtOnce(request, context);
  const asked = queryRequest(nameOrId, request, context);
  if (mode === 'consistent') await context.backend.confirm();
  const found = await executeQuery(asked, context);
  if (found === undefined) throw queryNotFound();
  const { members, headers } = atOnceMeta(mode, context);
  return listAnswer(foundList(found, members, context), 200, isCached ? { ...headers, 'X-Cache': 'HIT', Age: '0' } : headers);
}

const queryRequest = (nameOrId: string, request: RouteRequest, { settings }: ApiContext): QueryRequest => ({
  nameOrId,
  agentNode: sourceNode(request, settings),
  sourceAddress: sourceAddress(request),
  near: request.query.get('near'),
  limit: limitOf(request.query),
  wantsConnect: connectOf(request.query),
  usesCoordinates: !settings.coordinatesDisabled,
});

/** 0 or less: no limit. */
function limitOf(query: Query): number {
  const text = query.get('limit');
  if (text === '') return 0;
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new KonsulError('REJECTED', `Bad limit: strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
}

function connectOf(query: Query): boolean {
  const text = query.get('connect');
  const value = text === '' ? false : parseBool(text);
  if (value !== undefined) return value;
  throw new KonsulError('REJECTED', `Error parsing 'connect' value: strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

/** The instances, in the object that tells of the rest; `members` are its last ones. */
function foundList(found: QueryAnswer, members: string, { settings: { datacenter } }: ApiContext): JsonList<ServiceEntry> {
  return {
    items: found.entries,
    where: undefined,
    encode: (entry) => serviceEntryJson(entry, datacenter),
    within: {
      before: `{"Service":${quote(found.service)},"Nodes":`,
      after: `,"DNS":{"TTL":${quote(found.dnsTtl)}},"Datacenter":${quote(datacenter)},"PeerName":"","Failovers":${found.failovers},${members}}`,
    },
  };
}
