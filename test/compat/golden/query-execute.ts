/** Section 10: what prepared queries find (`execute`), and what templates become (`explain`). */
import { type GoldenCase, get, goldenCase, put, request, type Step } from '../golden-case.ts';
import {
  anyObject,
  anyUuid,
  capture,
  containing,
  inAnyOrder,
  type Pattern,
  type PatternObject,
  satisfying,
  textMatching,
} from '../pattern.ts';
import { answerMeta, check, execution, external, healthEntry, node, preparedQuery, service } from './shapes.ts';

const create = (body: object): Step => request('POST', '/v1/query', body).json({ ID: capture('id', anyUuid) });
const query = (ofService: object = {}, more: object = {}): Step =>
  create({ Name: '{{p}}', Service: { Service: '{{p}}', ...ofService }, ...more });

/** An instance of `{{p}}` on the node `{{p}}-<name>`, with a check of its own. */
const instance = (name: string, more: { readonly node?: object; readonly service?: object; readonly status?: string } = {}): Step =>
  put(
    '/v1/catalog/register',
    external(`{{p}}-${name}`, {
      ...more.node,
      Service: { Service: '{{p}}', Port: 80, ...more.service },
      Check: { CheckID: 'c', Name: 'c', Status: more.status ?? 'passing', ServiceID: '{{p}}' },
    }),
  ).json(true);

/** An execution that finds these nodes, in any order. */
const finds = (names: readonly string[], parameters = ''): Step =>
  get(`/v1/query/{{p}}/execute${parameters}`)
    .json(
      execution('{{p}}', inAnyOrder(names.map((name) => containing({ Node: containing({ Node: `{{p}}-${name}` }), Service: anyObject })))),
    )
    .meta('leader');

const THREE = [
  instance('a', { node: { NodeMeta: { rack: '1' } }, service: { Tags: ['V1', 'main'], Meta: { v: '1' } } }),
  instance('b', { node: { NodeMeta: { rack: '2' } }, service: { Tags: ['v1'], Meta: { v: '2' } }, status: 'warning' }),
  instance('c', { service: { Tags: ['v2'] }, status: 'critical' }),
] as const;

/** What of the three a query finds: `a` passes, `b` warns, `c` is critical. */
const FOUND: readonly (readonly [string, object, readonly string[]])[] = [
  ['without conditions', {}, ['a', 'b']],
  ['only passing ones', { OnlyPassing: true }, ['a']],
  ['ignoring a check', { IgnoreCheckIDs: ['c'] }, ['a', 'b', 'c']],
  ['ignoring a check that is not there', { IgnoreCheckIDs: ['C'] }, ['a', 'b']],
  ['ignoring a check, only passing ones', { IgnoreCheckIDs: ['c'], OnlyPassing: true }, ['a', 'b', 'c']],
  ['with a tag', { Tags: ['v1'] }, ['a', 'b']],
  ['with all tags', { Tags: ['v1', 'MAIN'] }, ['a']],
  ['without a tag', { Tags: ['!main'] }, ['b']],
  ['with one tag and without another', { Tags: ['V1', '!Main'] }, ['b']],
  ['with an unknown tag', { Tags: ['v3'] }, []],
  ['with node metadata', { NodeMeta: { rack: '2' } }, ['b']],
  ['with unknown node metadata', { NodeMeta: { rack: '3' } }, []],
  ['with service metadata', { ServiceMeta: { v: '1' } }, ['a']],
  ['with metadata of both', { NodeMeta: { rack: '1' }, ServiceMeta: { v: '2' } }, []],
  ['of the mesh', { Connect: true }, []],
  ['with the name in another case', { Service: '{{p}}' }, ['a', 'b']],
];

/** A template and what a text of it becomes, for the name `{{p}}-foo-bar`. */
const RENDERED: readonly (readonly [template: string, result: string])[] = [
  ['${name.full}', '{{p}}-foo-bar'],
  ['${ name.prefix }|${name.suffix}', '{{p}}-|foo-bar'],
  ['${match(0)}', '{{p}}-foo-bar'],
  ['${match(1)}${match(3)}', 'foobar'],
  ['x${match(2)}', 'x-bar'],
  ['x${match(9)}${match(-1)}', 'x'],
  ['x${agent.segment}', 'x'],
  ['$${name.full}', '${name.full}'],
  ['a$$${name.suffix}', 'a$foo-bar'],
  ['plain } {', 'plain } {'],
  ['${"a ${name.suffix} b"}', 'a foo-bar b'],
  ['${match(1+1)}', '-bar'],
  ['a${7/2}b', 'a3b'],
  ['${(name.suffix)}', 'foo-bar'],
];

const TEMPLATE = { Type: 'name_prefix_match', Regexp: '^{{p}}-([a-z]*)(-(.*))?$' };

const template = (ofService: object, more: object = {}): Step =>
  create({ Name: '{{p}}-', Service: { Service: 'x', ...ofService }, Template: { ...TEMPLATE, ...more } });

const explains = (name: string, ofService: PatternObject, more: object = {}): Step =>
  get(`/v1/query/${name}/explain`)
    .json({
      Query: preparedQuery(
        '{{p}}-',
        'x',
        { ID: '{{id}}', Template: { ...TEMPLATE, RemoveEmptyTags: false, ...(more as PatternObject) } },
        ofService,
      ),
      ...answerMeta(),
    })
    .meta('leader');

const inOrder = (...names: readonly string[]): Pattern => names.map((name) => containing({ Node: containing({ Node: `{{p}}-${name}` }) }));
const one = satisfying('one instance', (value) => Array.isArray(value) && value.length === 1);

const near: readonly GoldenCase[] = [
  goldenCase(
    'a node that is near itself comes first',
    ...THREE,
    query({ Near: '{{p}}-a' }),
    get('/v1/query/{{p}}/execute')
      .json(execution('{{p}}', inOrder('a', 'b')))
      .meta('leader'),
    get('/v1/query/{{p}}/execute?near={{p}}-b')
      .json(execution('{{p}}', inOrder('b', 'a')))
      .meta('leader'),
    get('/v1/query/{{p}}/execute?near={{p}}-b&limit=1')
      .json(execution('{{p}}', inOrder('b')))
      .meta('leader'),
  ),
  goldenCase(
    'near the agent that was asked, and near the address of the client',
    ...THREE,
    put('/v1/catalog/register', { Node: '{{self}}', Address: '127.0.0.1', SkipNodeUpdate: true, Service: { Service: '{{p}}' } }).json(true),
    query({ Near: '_agent' }),
    get('/v1/query/{{p}}/execute?limit=1')
      .json(execution('{{p}}', [containing({ Node: containing({ Node: '{{self}}' }) })]))
      .meta('leader'),
    get('/v1/query/{{p}}/execute?limit=1&near=_ip')
      .json(execution('{{p}}', [containing({ Node: containing({ Node: '{{self}}' }) })]))
      .meta('leader'),
    get('/v1/query/{{p}}/execute?limit=1&near=_ip')
      .sending({ 'x-forwarded-for': '127.0.0.1, 10.9.8.2' })
      .json(execution('{{p}}', [containing({ Node: containing({ Node: '{{self}}' }) })]))
      .meta('leader'),
    get('/v1/query/{{p}}/execute?near=_ip')
      .sending({ 'x-forwarded-for': '10.200.0.1' })
      .json(
        execution('{{p}}', inAnyOrder(['{{p}}-a', '{{p}}-b', '{{self}}'].map((name) => containing({ Node: containing({ Node: name }) })))),
      )
      .meta('leader'),
    put('/v1/catalog/deregister', { Node: '{{self}}', ServiceID: '{{p}}' }).json(true),
  ),
];

const templates: readonly GoldenCase[] = [
  goldenCase(
    'texts of a template are made from the name',
    template({ Tags: RENDERED.map(([text]) => text) }),
    explains('{{p}}-foo-bar', { Tags: RENDERED.map(([, result]) => result) }),
  ),
  goldenCase(
    'every text of the service may be made, but no key',
    template({
      Failover: { NearestN: 1, Datacenters: ['${match(1)}'] },
      IgnoreCheckIDs: ['${match(1)}'],
      Near: '${match(1)}',
      NodeMeta: { a: '${match(1)}' },
      ServiceMeta: { '${name.full}': '${match(3)}' },
    }),
    explains('{{p}}-foo-bar', {
      Failover: { NearestN: 1, Datacenters: ['foo'], Targets: null },
      IgnoreCheckIDs: ['foo'],
      Near: 'foo',
      NodeMeta: { a: 'foo' },
      ServiceMeta: { '${name.full}': 'bar' },
    }),
  ),
  goldenCase(
    'empty tags stay, unless they are to be removed',
    template({ Tags: ['', 'a', '${match(3)}'] }),
    explains('{{p}}-foo', { Tags: ['', 'a', ''] }),
    put('/v1/query/{{id}}', {
      Name: '{{p}}-',
      Service: { Service: 'x', Tags: ['', 'a', '${match(3)}'] },
      Template: { ...TEMPLATE, RemoveEmptyTags: true },
    }).empty(),
    explains('{{p}}-foo', { Tags: ['a'] }, { RemoveEmptyTags: true }),
  ),
  goldenCase(
    'the template with the longest prefix is taken, in any case; the suffix follows the prefix as it is written',
    create({ Name: '{{p}}-T', Service: { Service: 'short', Tags: ['${name.suffix}'] }, Template: { Type: 'name_prefix_match' } }),
    create({ Name: '{{p}}-Tt', Service: { Service: 'long', Tags: ['${name.suffix}'] }, Template: { Type: 'name_prefix_match' } }),
    ...[
      ['{{p}}-T', 'short', ''],
      ['{{p}}-Tx', 'short', 'x'],
      ['{{p}}-tx', 'short', '{{p}}-tx'],
      ['{{p}}-Ttx', 'long', 'x'],
      ['{{p}}-Ttx%2Fy', 'long', 'x/y'],
    ].map(([name, serviceName = '', suffix = '']) =>
      get(`/v1/query/${name}/explain`)
        .json(containing({ Query: containing({ Service: containing({ Service: serviceName, Tags: [suffix] }) }) }))
        .meta('leader'),
    ),
    get('/v1/query/{{p}}-x/explain').fails(404, 'Query not found'),
  ),
  goldenCase(
    'a query with the exact name comes before templates',
    template({}),
    create({ Name: '{{p}}-exact', Service: { Service: 'y' } }),
    get('/v1/query/{{p}}-EXACT/explain')
      .json(containing({ Query: containing({ Service: containing({ Service: 'y' }) }) }))
      .meta('leader'),
  ),
  goldenCase(
    'a template is not found by its id',
    template({}),
    get('/v1/query/{{id}}/execute').fails(500, 'prepared query templates can only be resolved up by name, not by ID'),
    get('/v1/query/{{id}}/explain').fails(500, 'prepared query templates can only be resolved up by name, not by ID'),
    get('/v1/query/{{id}}')
      .json([preparedQuery('{{p}}-', 'x', { ID: '{{id}}', Template: { ...TEMPLATE, RemoveEmptyTags: false } })])
      .meta('leader'),
  ),
  goldenCase(
    'a template finds the instances of the service that it names',
    instance('a'),
    create({ Name: '{{p}}:', Service: { Service: '${name.suffix}' }, Template: { Type: 'name_prefix_match' } }),
    get('/v1/query/{{p}}:{{p}}/execute')
      .json(execution('{{p}}', inOrder('a')))
      .meta('leader'),
    get('/v1/query/{{p}}:none/execute').json(execution('none')).meta('leader'),
  ),
];

const parameters: readonly GoldenCase[] = [
  goldenCase(
    'a limit takes so many',
    ...THREE,
    query(),
    get('/v1/query/{{p}}/execute?limit=1').json(execution('{{p}}', one)).meta('leader'),
    finds(['a', 'b'], '?limit=0'),
    finds(['a', 'b'], '?limit=-1'),
    finds(['a', 'b'], '?limit=9'),
    get('/v1/query/{{p}}/execute?limit=x').fails(500, 'Bad limit: strconv.Atoi: parsing "x": invalid syntax'),
  ),
  goldenCase(
    'instances of the mesh may be asked for',
    ...THREE,
    query(),
    finds([], '?connect=true'),
    finds(['a', 'b'], '?connect=false'),
    get('/v1/query/{{p}}/execute?connect=x').fails(500, `Error parsing 'connect' value: strconv.ParseBool: parsing "x": invalid syntax`),
  ),
  goldenCase(
    'an execution never waits, and says how consistent it is',
    query(),
    finds([], '?index=9999999&wait=20s'),
    get('/v1/query/{{p}}/execute?index=x').fails(400, 'Invalid index'),
    get('/v1/query/{{p}}/execute?wait=x').fails(400, 'Invalid wait time'),
    get('/v1/query/{{p}}/execute?stale')
      .json(execution('{{p}}', [], answerMeta('stale')))
      .meta('stale'),
    get('/v1/query/{{p}}/execute?consistent')
      .json(execution('{{p}}', [], answerMeta('consistent')))
      .meta('consistent'),
    get('/v1/query/{{p}}/execute?stale&consistent').fails(400, textMatching(/^Cannot specify \?stale with \?consistent/)),
    get('/v1/query/{{p}}/execute?dc=none').fails(500, 'No path to datacenter'),
    get('/v1/query/{{p}}/explain?dc=none').fails(500, 'No path to datacenter'),
  ),
  goldenCase(
    'an execution may be cached',
    query(),
    get('/v1/query/{{p}}/execute?cached')
      .json(execution('{{p}}'))
      .meta('leader')
      .headers({ 'x-cache': textMatching(/^(HIT|MISS)$/) }),
    get('/v1/query/{{p}}/execute?cached')
      .json(execution('{{p}}'))
      .meta('leader')
      .headers({ 'x-cache': 'HIT', age: textMatching(/^\d+$/) }),
  ),
];

export const queryExecuteCases: readonly GoldenCase[] = [
  goldenCase(
    'an instance is shown as in health, by name in any case and by id',
    instance('a', { service: { Tags: ['v1'] } }),
    query({}, { DNS: { TTL: '10s' } }),
    ...['{{p}}', '{{id}}'].map((nameOrId) =>
      get(`/v1/query/${nameOrId}/execute`)
        .json(
          execution(
            '{{p}}',
            [
              healthEntry(node('{{p}}-a'), service('{{p}}', { Tags: ['v1'] }), [
                check('{{p}}-a', 'c', { Status: 'passing', ServiceID: '{{p}}', ServiceName: '{{p}}', ServiceTags: ['v1'] }),
              ]),
            ],
            { DNS: { TTL: '10s' } },
          ),
        )
        .meta('leader'),
    ),
  ),
  ...FOUND.map(([what, ofService, names]) => goldenCase(`instances ${what} are found`, ...THREE, query(ofService), finds(names))),
  goldenCase('an unknown service has no instances', query(), finds([])),
  goldenCase(
    'an unknown query is 404',
    get('/v1/query/{{p}}/execute').fails(404, 'Query not found'),
    get('/v1/query/{{p}}/explain').fails(404, 'Query not found'),
    get('/v1/query/77aa0000-0000-4000-8000-000000000001/execute').fails(404, 'Query not found'),
  ),
  goldenCase(
    'failover to datacenters that are unknown is no try',
    query({ Failover: { NearestN: 3, Datacenters: ['dc1', 'dc2'] } }),
    finds([]),
  ),
  goldenCase(
    'a query that is no template is explained as it is',
    query({ Tags: ['${name.full}'] }),
    get('/v1/query/{{p}}/explain')
      .json({ Query: preparedQuery('{{p}}', '{{p}}', { ID: '{{id}}' }, { Tags: ['${name.full}'] }), ...answerMeta() })
      .meta('leader'),
  ),
  ...near,
  ...templates,
  ...parameters,
];
