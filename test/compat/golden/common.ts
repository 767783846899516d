/** Section 1 of the API's specification: what holds for every endpoint. */
import { ABSENT, type GoldenCase, get, goldenCase, put, request, type Step } from '../golden-case.ts';
import { anything, containing, oneOf, satisfying, textMatching } from '../pattern.ts';
import { entry } from './shapes.ts';

/** Endpoints and the methods they declare, OPTIONS first. */
const METHODS: readonly (readonly [string, string])[] = [
  ['/v1/kv/{{p}}', 'OPTIONS,GET,PUT,DELETE'],
  ['/v1/catalog/nodes', 'OPTIONS,GET'],
  ['/v1/catalog/services', 'OPTIONS,GET'],
  ['/v1/catalog/service/{{p}}', 'OPTIONS,GET'],
  ['/v1/catalog/node/{{p}}', 'OPTIONS,GET'],
  ['/v1/catalog/datacenters', 'OPTIONS,GET'],
  ['/v1/catalog/register', 'OPTIONS,PUT'],
  ['/v1/catalog/deregister', 'OPTIONS,PUT'],
  ['/v1/health/service/{{p}}', 'OPTIONS,GET'],
  ['/v1/health/state/any', 'OPTIONS,GET'],
  ['/v1/agent/self', 'OPTIONS,GET'],
  ['/v1/agent/services', 'OPTIONS,GET'],
  ['/v1/agent/checks', 'OPTIONS,GET'],
  ['/v1/agent/members', 'OPTIONS,GET'],
  ['/v1/agent/service/register', 'OPTIONS,PUT'],
  ['/v1/agent/service/deregister/{{p}}', 'OPTIONS,PUT'],
  ['/v1/agent/service/maintenance/{{p}}', 'OPTIONS,PUT'],
  ['/v1/agent/maintenance', 'OPTIONS,PUT'],
  ['/v1/agent/check/register', 'OPTIONS,PUT'],
  ['/v1/agent/check/pass/{{p}}', 'OPTIONS,PUT'],
  ['/v1/session/create', 'OPTIONS,PUT'],
  ['/v1/session/destroy/{{p}}', 'OPTIONS,PUT'],
  ['/v1/session/list', 'OPTIONS,GET'],
  ['/v1/session/info/{{p}}', 'OPTIONS,GET'],
  ['/v1/txn', 'OPTIONS,PUT'],
  ['/v1/snapshot', 'OPTIONS,GET,PUT'],
  ['/v1/status/leader', 'OPTIONS,GET'],
  ['/v1/status/peers', 'OPTIONS,GET'],
];

const notAllowed = (method: string, path: string, allow: string): Step =>
  request(method, path).fails(405, `method ${method} not allowed`).headers({ allow });

const BAD_PATH = 'Invalid URL path: not a recognized HTTP API endpoint\n';
const BAD_ROOT = "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n";

const enterprise = (parameter: 'ns' | 'partition', kind: string): Step =>
  get(`/v1/catalog/nodes?${parameter}=x`).fails(400, `Invalid query parameter: "${parameter}" - ${kind} are a Consul Enterprise feature`);

const badFilter = (filter: string, reason: RegExp): Step =>
  get(`/v1/catalog/service/{{p}}?filter=${encodeURIComponent(filter)}`).fails(
    500,
    textMatching(new RegExp(`^Failed to create boolean expression evaluator: ${reason.source}`)),
  );

const bytesOf = (label: string, test: (body: string) => boolean): ReturnType<typeof satisfying> =>
  satisfying(label, (body) => typeof body === 'string' && test(body));

export const commonCases: readonly GoldenCase[] = [
  ...METHODS.map(([path, allow]) =>
    goldenCase(
      `${path.replace('/{{p}}', '/…')} declares its methods and refuses others`,
      request('OPTIONS', path).empty().headers({ allow }),
      notAllowed('POST', path, allow),
      notAllowed(allow.includes('GET') ? 'PATCH' : 'GET', path, allow),
      request('HEAD', path).empty(405).headers({ allow, 'content-type': anything }),
    ),
  ),
  goldenCase(
    'an unknown path is 404 with a hint',
    get('/v1/nothing').text(BAD_PATH, 404).fromNoEndpoint(),
    get('/v1/').text(BAD_PATH, 404).fromNoEndpoint(),
    get('/nothing').text(BAD_ROOT, 404).fromNoEndpoint(),
    get('/v1/agent/services/extra').text(BAD_PATH, 404).fromNoEndpoint(),
    put('/v1/nothing', 'x').text(BAD_PATH, 404).fromNoEndpoint(),
    get('/v2/kv/x').text(BAD_ROOT, 404).fromNoEndpoint(),
  ),
  goldenCase(
    'a path without its last slash is redirected',
    get('/v1/kv').bytes(anything, 301).fromNoEndpoint().headers({ location: '/v1/kv/' }),
    get('/v1/kv?keys').bytes(anything, 301).fromNoEndpoint().headers({ location: '/v1/kv/?keys' }),
  ),
  goldenCase(
    'a path that is not clean never reaches another key than the one asked for',
    put('/v1/kv/{{p}}//a', 'x').bytes(anything, 301).fromNoEndpoint().headers({ location: '/v1/kv/{{p}}/a' }),
    get('/v1/kv/{{p}}/a').empty(404).meta(),
    get('/v1/kv/{{p}}/../b').bytes(anything, 301).fromNoEndpoint().headers({ location: '/v1/kv/b' }),
    get('/v1/kv/./{{p}}').bytes(anything, 301).fromNoEndpoint().headers({ location: '/v1/kv/{{p}}' }),
  ),
  goldenCase(
    'a path with unprintable characters is 400',
    get('/v1/kv/{{p}}%00').empty(400).fromNoEndpoint(),
    get('/v1/kv/{{p}}%09').empty(400).fromNoEndpoint(),
    put('/v1/kv/{{p}}%0a', 'x').empty(400).fromNoEndpoint(),
  ),
  goldenCase(
    'a query that cannot be decoded is 500',
    get('/v1/kv/{{p}}?x=%zz')
      .bytes(
        bytesOf('nothing', (body) => body === ''),
        500,
      )
      .headers({ vary: 'Accept-Encoding' }),
  ),
  goldenCase('a body on GET is ignored', request('GET', '/v1/status/peers', 'ignored').json([anything])),
  goldenCase(
    'wait and index must be right',
    get('/v1/catalog/nodes?wait=10').fails(400, 'Invalid wait time'),
    get('/v1/catalog/nodes?wait=x').fails(400, 'Invalid wait time'),
    get('/v1/catalog/nodes?index=-1').fails(400, 'Invalid index'),
    get('/v1/catalog/nodes?index=x').fails(400, 'Invalid index'),
    get('/v1/kv/{{p}}?index=-1').fails(400, 'Invalid index'),
    get('/v1/session/list?wait=10').fails(400, 'Invalid wait time'),
    get('/v1/health/service/{{p}}?index=1.5').fails(400, 'Invalid index'),
  ),
  goldenCase(
    'index 0, an empty one, and a wait without one answer at once',
    get('/v1/kv/{{p}}?index=0&wait=10s').empty(404).meta(),
    get('/v1/kv/{{p}}?index=&wait=10s').empty(404).meta(),
    get('/v1/kv/{{p}}?wait=10s').empty(404).meta(),
  ),
  goldenCase(
    'the consistency that was used is told',
    get('/v1/health/service/{{p}}').json([]).meta('leader'),
    get('/v1/health/service/{{p}}?leader').json([]).meta('leader'),
    get('/v1/health/service/{{p}}?consistent').json([]).meta('consistent'),
    get('/v1/health/service/{{p}}?stale').json([]).meta('stale'),
    get('/v1/health/service/{{p}}?max_stale=10s').json([]).meta('stale'),
    get('/v1/catalog/service/{{p}}?consistent=').json([]).meta('consistent'),
    get('/v1/kv/{{p}}?consistent').empty(404).meta(),
    get('/v1/kv/{{p}}?stale').empty(404).meta(),
  ),
  goldenCase(
    'consistency modes that exclude each other are 400',
    get('/v1/catalog/nodes?stale&consistent').fails(400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'),
    get('/v1/catalog/services?cached&consistent').fails(400, 'Cannot specify ?cached with ?consistent, conflicting semantics.'),
    get('/v1/kv/{{p}}?stale&consistent').fails(400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'),
    get('/v1/catalog/nodes?max_stale=x').fails(400, 'Invalid max_stale value "x"'),
  ),
  goldenCase(
    'an unknown datacenter has no path, the own one has',
    get('/v1/catalog/nodes?dc=mars').fails(500, 'No path to datacenter'),
    get('/v1/kv/{{p}}?dc=mars').fails(500, 'No path to datacenter'),
    put('/v1/kv/{{p}}?dc=mars', 'x').fails(500, 'No path to datacenter'),
    get('/v1/health/service/{{p}}?dc=mars').fails(500, 'No path to datacenter'),
    get('/v1/kv/{{p}}?dc=dc1').empty(404).meta(),
    get('/v1/health/service/{{p}}?dc=dc1').json([]).meta('leader'),
  ),
  goldenCase(
    'tokens are ignored while there are no access rules',
    get('/v1/kv/{{p}}?token=secret').empty(404).meta(),
    get('/v1/kv/{{p}}').sending({ 'X-Consul-Token': 'secret' }).empty(404).meta(),
    get('/v1/kv/{{p}}').sending({ Authorization: 'Bearer secret' }).empty(404).meta(),
  ),
  goldenCase(
    'namespaces and partitions are refused, empty ones ignored',
    enterprise('ns', 'Namespaces'),
    enterprise('partition', 'Partitions'),
    get('/v1/catalog/nodes')
      .sending({ 'X-Consul-Namespace': 'x' })
      .fails(400, 'Invalid header: "X-Consul-Namespace" - Namespaces are a Consul Enterprise feature'),
    get('/v1/catalog/nodes')
      .sending({ 'X-Consul-Partition': 'x' })
      .fails(400, 'Invalid header: "X-Consul-Partition" - Partitions are a Consul Enterprise feature'),
    get('/v1/health/service/{{p}}?ns=&partition=').json([]).meta('leader'),
  ),
  goldenCase(
    'near sorts, and an unknown node does no harm',
    get('/v1/health/service/{{p}}?near=_agent').json([]).meta('leader'),
    get('/v1/health/service/{{p}}?near={{p}}').json([]).meta('leader'),
    get('/v1/catalog/service/consul?near=_agent')
      .json([containing({ ServiceName: 'consul' })])
      .meta('leader'),
    get('/v1/health/checks/{{p}}?near=_agent').json([]).meta('leader'),
  ),
  goldenCase(
    'pretty is indented by four and ends with a newline',
    get('/v1/status/peers?pretty')
      .bytes(bytesOf('an indented list', (body) => /^\[\n {4}"[^"]+"\n\]\n$/.test(body)))
      .headers({ 'content-type': 'application/json' }),
    get('/v1/status/peers?pretty=false').bytes(bytesOf('an indented list', (body) => /^\[\n {4}"[^"]+"\n\]\n$/.test(body))),
  ),
  goldenCase(
    'the characters of HTML are escaped in JSON',
    put('/v1/kv/{{p}}%3C%26%3E', 'x').json(true),
    get('/v1/kv/{{p}}?keys')
      .bytes(bytesOf('escaped', (body) => body.includes('\\u003c\\u0026\\u003e')))
      .meta(),
  ),
  goldenCase(
    'an answer of 1400 bytes and more is zipped for those who take it',
    put('/v1/kv/{{p}}/large', 'x'.repeat(3000)).json(true),
    put('/v1/kv/{{p}}/small', 'x').json(true),
    get('/v1/kv/{{p}}/large')
      .sending({ 'Accept-Encoding': 'gzip' })
      .json([entry('{{p}}/large', Buffer.from('x'.repeat(3000)).toString('base64'))])
      .meta()
      .headers({ 'content-encoding': 'gzip' }),
    get('/v1/kv/{{p}}/large')
      .json([entry('{{p}}/large', Buffer.from('x'.repeat(3000)).toString('base64'))])
      .meta()
      .headers({ 'content-encoding': ABSENT }),
    get('/v1/kv/{{p}}/small')
      .sending({ 'Accept-Encoding': 'gzip' })
      .json([entry('{{p}}/small', 'eA==')])
      .meta()
      .headers({ 'content-encoding': ABSENT }),
  ),
  goldenCase(
    'cached answers say whether they are',
    get('/v1/catalog/service/{{p}}?cached').json([]).meta('leader').headers({ 'x-cache': 'MISS', age: ABSENT }),
    get('/v1/catalog/service/{{p}}?cached')
      .json([])
      .meta('leader')
      .headers({ 'x-cache': 'HIT', age: textMatching(/^\d+$/) }),
    get('/v1/catalog/service/{{p}}').json([]).meta('leader').headers({ 'x-cache': ABSENT, age: ABSENT }),
    get('/v1/catalog/datacenters?cached')
      .json(['dc1'])
      .headers({ 'x-cache': oneOf('MISS', 'HIT') }),
    get('/v1/catalog/nodes?cached&filter=Node==none').json([]).meta('leader').headers({ 'x-cache': ABSENT }),
    get('/v1/catalog/service/{{p}}?cached').sending({ 'Cache-Control': 'max-age=x' }).fails(400, 'Invalid Cache-Control header.'),
    get('/v1/catalog/service/{{p}}?cached')
      .sending({ 'Cache-Control': 'max-age=5 must-revalidate' })
      .fails(400, 'Invalid Cache-Control header.'),
  ),
  goldenCase(
    'a filter that cannot be used is 500 with the reason',
    badFilter('Bogus == 1', /Selector "Bogus" is not valid/),
    badFilter('ServiceName ==', /\d+:\d+ \(\d+\): no match found, expected: /),
    badFilter('ServicePort == x', /Failed to coerce value "x" for selector "ServicePort": /),
    badFilter('ServicePort matches `8`', /Invalid match operator "Matches" for selector "ServicePort"/),
    badFilter('ServiceName matches `(`', /Failed to compile regular expression "\("/),
    get('/v1/catalog/service/{{p}}?filter=').json([]).meta('leader'),
  ),
];
