/** Section 10: definitions of prepared queries, `/v1/query`. What they find is in `query-execute.ts`. */
import { del, exclusiveCase, type GoldenCase, get, goldenCase, put, request, type Step } from '../golden-case.ts';
import { anyUuid, capture, inAnyOrder, oneOf, type PatternObject, textContaining, textMatching } from '../pattern.ts';
import { execution, external, preparedQuery } from './shapes.ts';

const UNKNOWN = '77aa0000-0000-4000-8000-000000000001';

const create = (body: object, id = 'id'): Step => request('POST', '/v1/query', body).json({ ID: capture(id, anyUuid) });
const refuses = (body: object | string, text: Parameters<Step['fails']>[1], status = 500): Step =>
  request('POST', '/v1/query', body).fails(status, text);
const web = (more: object = {}): object => ({ Service: '{{p}}', ...more });
const named = (more: object = {}): object => ({ Name: '{{p}}', Service: web(), ...more });
const reads = (shape: PatternObject, id = 'id'): Step => get(`/v1/query/{{${id}}}`).json([shape]).meta('leader');
const newSession = put('/v1/session/create', {}).json({ ID: capture('session', anyUuid) });
const PREFIX = { Type: 'name_prefix_match' };

/** What a query is created with, and what of it reads back. */
const CREATED: readonly (readonly [string, object, PatternObject, PatternObject])[] = [
  ['a name and a service', {}, {}, {}],
  ['failover', {}, {}, { Failover: { NearestN: 3, Datacenters: ['dc2', 'dc1'], Targets: oneOf(null, []) } }],
  ['only passing', {}, {}, { OnlyPassing: true }],
  ['checks that do not count', {}, {}, { IgnoreCheckIDs: ['a', 'b'] }],
  ['near', {}, {}, { Near: '_agent' }],
  ['tags', {}, {}, { Tags: ['a', '!b'] }],
  ['an empty list of tags', {}, {}, { Tags: [] }],
  ['node metadata', {}, {}, { NodeMeta: { a: '1', 'consul-network-segment': '' } }],
  ['service metadata', {}, {}, { ServiceMeta: { a: '1' } }],
  ['connect', {}, {}, { Connect: true }],
  ['a token', { Token: 'secret' }, { Token: 'secret' }, {}],
  ['a TTL', { DNS: { TTL: '10s' } }, { DNS: { TTL: '10s' } }, {}],
  ['a TTL of 0', { DNS: { TTL: '0' } }, { DNS: { TTL: '0' } }, {}],
  ['an expression without a type', { Template: { Regexp: '(' } }, { Template: { Type: '', Regexp: '(', RemoveEmptyTags: false } }, {}],
];

/** Sent without what only patterns can say. */
const sent = ({ Failover, ...service }: PatternObject): object =>
  Failover === undefined ? service : { ...service, Failover: { NearestN: 3, Datacenters: ['dc2', 'dc1'] } };

const REFUSED: readonly (readonly [object, string])[] = [
  [{}, 'Invalid prepared query: Must be bound to a session'],
  [{ Service: web() }, 'Invalid prepared query: Must be bound to a session'],
  [{ Name: '{{p}}' }, 'Invalid prepared query: Must provide a Service name to query'],
  [{ Name: '{{p}}', ID: UNKNOWN, Service: web() }, 'ID must be empty when creating a new prepared query'],
  [named({ Service: web({ Failover: { NearestN: -1 } }) }), "Invalid prepared query: Bad NearestN '-1', must be >= 0"],
  [named({ Service: web({ NodeMeta: { '': 'x' } }) }), "Couldn't load metadata pair ('', 'x'): Key cannot be blank"],
  [named({ DNS: { TTL: 'x' } }), "Invalid prepared query: Bad DNS TTL 'x': "],
  [named({ DNS: { TTL: '-3s' } }), "Invalid prepared query: DNS TTL '-3000000000', must be >=0"],
  [named({ Token: '<hidden>' }), "Invalid prepared query: Bad Token '<hidden>', it looks like a query definition with a redacted token"],
  [named({ Session: 'foo' }), 'invalid session: index error: UUID must be 36 characters'],
  [named({ Session: UNKNOWN }), `invalid session "${UNKNOWN}"`],
  [named({ Template: { Type: 'x' } }), "failed compiling template: Bad Template.Type 'x'"],
  [named({ Template: { ...PREFIX, Regexp: '(' } }), 'failed compiling template: Bad Regexp: error parsing regexp: missing closing ): `(`'],
  [named({ Template: PREFIX, Service: { Service: '${x' } }), "failed compiling template: Bad format '${x' in Service.Service: "],
  [
    named({ Template: PREFIX, Service: web({ Tags: ['', '${nope}'] }) }),
    "failed compiling template: Bad evaluation for '${nope}' in Service.Tags[1]: 1:3: unknown variable accessed: nope",
  ],
  [named({ Template: PREFIX, Service: { Service: '${foo(1)}' } }), '1:3: unknown function called: foo'],
  [named({ Template: PREFIX, Service: { Service: '${match()}' } }), '1:3: match: expected 1 arguments, got 0'],
  [named({ Template: PREFIX, Service: { Service: '${match("x")}' } }), 'parsing "x": invalid syntax'],
];

const MALFORMED: readonly (readonly [string, object | string, Parameters<Step['fails']>[1]])[] = [
  ['no body', '', textMatching(/^Request decode failed: EOF$/)],
  ['JSON that is none', '{bad', textMatching(/^Request decode failed: invalid character 'b'/)],
  ['an unknown member', { Foo: 1 }, textMatching(/^Request decode failed: json: unknown field "Foo"$/)],
  ['a number for a name', { Name: 5 }, textMatching(/^Request decode failed: json: cannot unmarshal number/)],
  ['a number for a TTL', { DNS: { TTL: 5 } }, textMatching(/^Request decode failed: json: cannot unmarshal number/)],
];

const conflicts: readonly GoldenCase[] = [
  goldenCase(
    'names are unique in any case, among templates too',
    create(named({ Name: '{{p}}-Q' })),
    refuses(named({ Name: '{{p}}-q' }), textContaining("name '{{p}}-q' aliases an existing query name")),
    refuses(named({ Name: '{{p}}-q', Template: PREFIX }), textContaining("name '{{p}}-q' aliases an existing query name")),
    create(named({ Name: '{{p}}-r' }), 'other'),
    put('/v1/query/{{other}}', named({ Name: '{{p}}-q' })).fails(500, textContaining("name '{{p}}-q' aliases an existing query name")),
    put('/v1/query/{{id}}', named({ Name: '{{p}}-q' })).empty(),
    reads(preparedQuery('{{p}}-q', '{{p}}', { ID: '{{id}}' })),
  ),
  goldenCase(
    'a name is not the id of a query',
    create(named()),
    refuses(named({ Name: '{{id}}' }), textContaining("name '{{id}}' aliases an existing query ID")),
    put('/v1/query/{{id}}', named({ Name: '{{id}}' })).fails(500, textContaining("name '{{id}}' aliases an existing query ID")),
  ),
  goldenCase(
    'a name that was given up is free',
    create(named()),
    put('/v1/query/{{id}}', named({ Name: '{{p}}-2' })).empty(),
    create(named(), 'other'),
    reads(preparedQuery('{{p}}', '{{p}}', { ID: '{{other}}' }), 'other'),
  ),
];

const sessions: readonly GoldenCase[] = [
  goldenCase(
    'a query without a name is bound to a session, and goes with it',
    newSession,
    create({ Session: '{{session}}', Service: web() }),
    create({ Session: '{{session}}', Service: web() }, 'other'),
    reads(preparedQuery('', '{{p}}', { ID: '{{id}}', Session: '{{session}}' })),
    put('/v1/session/destroy/{{session}}').json(true),
    get('/v1/query/{{id}}').fails(404, 'Query not found'),
    get('/v1/query/{{other}}').fails(404, 'Query not found'),
  ),
  goldenCase(
    'a query goes with its session when the node of that goes',
    put('/v1/catalog/register', external('{{p}}')).json(true),
    put('/v1/session/create', { Node: '{{p}}', NodeChecks: [] }).json({ ID: capture('session', anyUuid) }),
    create(named({ Session: '{{session}}' })),
    put('/v1/catalog/deregister', { Node: '{{p}}' }).json(true),
    get('/v1/query/{{id}}').fails(404, 'Query not found'),
  ),
  goldenCase(
    'a query that left its session stays',
    newSession,
    create(named({ Session: '{{session}}' })),
    put('/v1/query/{{id}}', named()).empty(),
    put('/v1/session/destroy/{{session}}').json(true),
    reads(preparedQuery('{{p}}', '{{p}}', { ID: '{{id}}' })),
  ),
];

export const queryCases: readonly GoldenCase[] = [
  ...CREATED.map(([what, body, shown, service]) =>
    goldenCase(
      `a query created with ${what} reads back`,
      create(named({ ...body, Service: web(sent(service)) })),
      reads(preparedQuery('{{p}}', '{{p}}', { ID: '{{id}}', ...shown }, service)),
    ),
  ),
  goldenCase('what a query must be', ...REFUSED.map(([body, text]) => refuses(body, textContaining(text)))),
  ...MALFORMED.map(([what, body, text]) => goldenCase(`${what} is no query`, refuses(body, text, 400))),
  goldenCase(
    'a query is in the list of all',
    create(named()),
    get('/v1/query')
      .json(inAnyOrder([preparedQuery('{{p}}', '{{p}}', { ID: '{{id}}' })], 'and others'))
      .meta('leader'),
  ),
  goldenCase(
    'a query is replaced as a whole, under the id of the path',
    create(named({ Token: 'secret', DNS: { TTL: '1s' }, Service: web({ Tags: ['a'], OnlyPassing: true }) })),
    put('/v1/query/{{id}}', { ID: UNKNOWN, Name: '{{p}}-2', Service: { Service: '{{p}}-s' } }).empty(),
    reads(preparedQuery('{{p}}-2', '{{p}}-s', { ID: '{{id}}' })),
    put('/v1/query/{{id}}', '').fails(500, 'Invalid prepared query: Must be bound to a session'),
    put('/v1/query/{{id}}', { Name: '{{p}}-2' }).fails(500, 'Invalid prepared query: Must provide a Service name to query'),
  ),
  goldenCase(
    'a query that is removed is not there',
    create(named()),
    del('/v1/query/{{id}}').empty(),
    get('/v1/query/{{id}}').fails(404, 'Query not found'),
    get('/v1/query/{{p}}/execute').fails(404, 'Query not found'),
    del('/v1/query/{{id}}').fails(500, "Cannot modify non-existent prepared query: '{{id}}'"),
    put('/v1/query/{{id}}', named()).fails(500, "Cannot modify non-existent prepared query: '{{id}}'"),
  ),
  goldenCase(
    'an unknown id is 404, what is no id an error',
    get(`/v1/query/${UNKNOWN}`).fails(404, 'Query not found'),
    get(`/v1/query/${UNKNOWN}?index=1&wait=20s`).fails(404, 'Query not found'),
    get('/v1/query/{{p}}').fails(500, 'failed prepared query lookup: index error: UUID must be 36 characters'),
    get('/v1/query/77aa0000-0000-4000-8000-00000000000g').fails(
      500,
      textMatching(/^failed prepared query lookup: index error: Invalid UUID: /),
    ),
    put('/v1/query/{{p}}', named()).fails(
      500,
      'Prepared Query lookup failed: failed prepared query lookup: index error: UUID must be 36 characters',
    ),
    del('/v1/query/{{p}}').fails(
      500,
      'Prepared Query lookup failed: failed prepared query lookup: index error: UUID must be 36 characters',
    ),
  ),
  goldenCase(
    'an action is only for reading',
    put('/v1/query/{{p}}/execute', {}).fails(405, 'method PUT not allowed').headers({ allow: 'GET' }),
    del('/v1/query/{{p}}/explain').fails(405, 'method DELETE not allowed').headers({ allow: 'GET' }),
    put('/v1/query').fails(405, 'method PUT not allowed').headers({ allow: 'OPTIONS,GET,POST' }),
  ),
  ...conflicts,
  ...sessions,
  goldenCase(
    'a changed query wakes who waits for the list, and who waits for it alone',
    create(named()),
    get('/v1/query').json(inAnyOrder([], 'and others')).meta('leader').index('i'),
    get('/v1/query?index={{i}}&wait=20s')
      .json(inAnyOrder([preparedQuery('{{p}}', '{{p}}-2', { ID: '{{id}}' })], 'and others'))
      .meta('leader')
      .laterIndex('i')
      .wokenBy(put('/v1/query/{{id}}', named({ Service: { Service: '{{p}}-2' } })).empty()),
    reads(preparedQuery('{{p}}', '{{p}}-2', { ID: '{{id}}' })).index('i'),
    get('/v1/query/{{id}}?index={{i}}&wait=20s')
      .json([preparedQuery('{{p}}', '{{p}}-3', { ID: '{{id}}' })])
      .meta('leader')
      .laterIndex('i')
      .wokenBy(put('/v1/query/{{id}}', named({ Service: { Service: '{{p}}-3' } })).empty()),
  ),
  goldenCase(
    'other changes let who waits for queries sleep',
    create(named()),
    get('/v1/query').json(inAnyOrder([], 'and others')).meta('leader').index('i'),
    put('/v1/catalog/register', external('{{p}}', { Service: { Service: '{{p}}' } })).json(true),
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/query?index={{i}}&wait=150ms').json(inAnyOrder([], 'and others')).meta('leader').sameIndex('i').afterMs(150),
  ),
  goldenCase(
    'who waits for a query is told when it goes',
    create(named()),
    reads(preparedQuery('{{p}}', '{{p}}', { ID: '{{id}}' })).index('i'),
    get('/v1/query/{{id}}?index={{i}}&wait=20s').fails(404, 'Query not found').wokenBy(del('/v1/query/{{id}}').empty()),
  ),
  exclusiveCase(
    'one template takes every name that no other takes',
    create({ Template: PREFIX, Service: { Service: '${name.full}', Tags: ['${name.prefix}', '${name.suffix}'] } }),
    refuses({ Template: PREFIX, Service: { Service: 'x' } }, textContaining('a query template with an empty name already exists')),
    put('/v1/query/{{id}}', { Template: PREFIX, Service: { Service: '${name.full}', Tags: ['${name.suffix}'] } }).empty(),
    create(named(), 'other'),
    get('/v1/query/{{p}}/execute').json(execution('{{p}}')).meta('leader'),
    get('/v1/query/{{p}}-any/execute').json(execution('{{p}}-any')).meta('leader'),
    del('/v1/query/{{id}}').empty(),
    get('/v1/query/{{p}}-any/execute').fails(404, 'Query not found'),
  ),
];
