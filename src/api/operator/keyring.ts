/**
 * The keys of the gossip's encryption (spec section 14). There is no gossip and there are no keys, so that every request that Consul
 * would not refuse for itself gets the answer of a Consul without encryption.
 */
import { type Access, refuse } from '../../acl/rule.ts';
import { type Method, parseBool, type Query } from '../../http/request.ts';
import type { RouteRequest } from '../../http/route.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { quote } from '../../wire/json.ts';
import { object, type Schema, text } from '../../wire/schema.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

const MAX_RELAY_FACTOR = 5;

const keyBody: Schema<{ readonly Key?: string }> = object({ Key: text({ description: 'A key in base64' }) });

export const keyringRoutes: readonly ApiRoute[] = [
  keyringRoute('GET', 'read', 'Always an error: there is no gossip, so there are no keys to list.'),
  keyringRoute('POST', 'write', 'Always an error: there is no gossip to install a key for.'),
  keyringRoute('PUT', 'write', 'Always an error: there is no gossip to use a key.'),
  keyringRoute('DELETE', 'write', 'Always an error: there is no gossip, so there is no key to remove.'),
];

function keyringRoute(method: Method, access: Access, summary: string): ApiRoute {
  return defineRoute({
    method,
    path: '/v1/operator/keyring',
    summary,
    acl: refuse('keyring', access),
    query: {
      'relay-factor': 'By how many others an answer is relayed, 0 to 5',
      'local-only': 'Only the keys that this server knows; for GET',
    },
    ...(method === 'GET' ? {} : { body: keyBody }),
    handle: (request, context) => refuseKeys(request, context),
  });
}

function refuseKeys({ method, query, body }: RouteRequest, { settings }: ApiContext): never {
  const isList = method === 'GET';
  if (!isList) decodeBody(keyBody, body);
  checkRelayFactor(query.get('relay-factor'));
  const isLocal = isLocalOnly(query);
  if (isLocal && !isList) throw badRequest('Invalid use of local-only: local-only can only be set for list requests');
  const reason = `${isList ? 'Keyring is empty' : 'No keyring to modify'} (encryption not enabled)`;
  const pools = [...(isLocal ? [] : ['WAN']), `${settings.datacenter} (LAN)`];
  const lines = pools.map((pool) => `\t* ${pool} error: ${reason}\n`);
  throw new KonsulError('REJECTED', `${pools.length} error${pools.length === 1 ? '' : 's'} occurred:\n${lines.join('')}\n`);
}

function checkRelayFactor(factor: string): void {
  if (factor === '') return;
  if (!/^[+-]?\d+$/.test(factor)) throw badRequest(`Error parsing relay factor: strconv.Atoi: parsing ${quote(factor)}: invalid syntax`);
  const isInRange = Number(factor) >= 0 && Number(factor) <= MAX_RELAY_FACTOR;
  if (!isInRange) throw badRequest(`Invalid relay-factor: Relay factor must be in range: [0, ${MAX_RELAY_FACTOR}]`);
}

function isLocalOnly(query: Query): boolean {
  const word = query.get('local-only');
  const isLocal = word === '' ? false : parseBool(word);
  if (isLocal === undefined) throw badRequest(`Error parsing local-only: strconv.ParseBool: parsing ${quote(word)}: invalid syntax`);
  return isLocal;
}

const badRequest = (text: string): KonsulError => new KonsulError('BAD_REQUEST', text);
