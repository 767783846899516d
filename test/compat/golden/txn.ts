/** Section 8: `PUT /v1/txn`. */
import { ABSENT, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyIndex, anyNumber, anyString, anyUuid, capture, oneOf, type Pattern, textContaining, textMatching } from '../pattern.ts';
import { check, entry, external, node, service, serviceNode } from './shapes.ts';

type Operation = Readonly<Record<string, object>>;

/** A transaction that writes and passes. */
const writes = (operations: readonly Operation[], results: Pattern): Step =>
  put('/v1/txn', operations).json({ Results: results, Errors: null });

/** A transaction that only reads has the members of a query's answer, and some of the headers. */
const reads = (operations: readonly Operation[], results: Pattern, errors: Pattern = null): Step =>
  put('/v1/txn', operations)
    .json(
      {
        Results: results,
        Errors: errors,
        Index: anyNumber,
        LastContact: 0,
        KnownLeader: true,
        ConsistencyLevel: anyString,
        NotModified: false,
        Backend: 0,
        ResultsFilteredByACLs: false,
      },
      errors === null ? 200 : 409,
    )
    .headers({ 'x-consul-knownleader': 'true', 'x-consul-lastcontact': '0', 'x-consul-index': ABSENT });

const refuses = (operations: readonly Operation[], ...errors: readonly (readonly [number, Pattern])[]): Step =>
  put('/v1/txn', operations).json({ Results: null, Errors: errors.map(([OpIndex, What]) => ({ OpIndex, What })) }, 409);

const kv = (Verb: string, Key: string, more: object = {}): Operation => ({ KV: { Verb, Key, ...more } });
const kvResult = (key: string, value: string | null, changes: Record<string, Pattern> = {}): Pattern => ({
  KV: entry(key, value, changes),
});
/** Both say that there are none. */
const NO_RESULTS = oneOf(null, []);
const NO_TAGS = oneOf(null, []);
const NOBODY = '77aa0000-0000-4000-8000-000000000002';

export const txnCases: readonly GoldenCase[] = [
  goldenCase(
    'set answers with the entry without its value; get with it',
    writes([kv('set', '{{p}}', { Value: 'eA==', Flags: 42 })], [kvResult('{{p}}', null, { Flags: 42 })]),
    reads([kv('get', '{{p}}')], [kvResult('{{p}}', 'eA==', { Flags: 42 })]),
  ),
  goldenCase(
    'flags survive a transaction to the last digit',
    put('/v1/txn', '[{"KV":{"Verb":"set","Key":"{{p}}","Value":"eA==","Flags":18446744073709551615}}]').json({
      Results: [kvResult('{{p}}', null, { Flags: 18_446_744_073_709_551_615n })],
      Errors: null,
    }),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==', { Flags: 18_446_744_073_709_551_615n })])
      .meta(),
  ),
  goldenCase(
    'results come in the order of the operations; deletes give none; all have one index',
    writes(
      [kv('set', '{{p}}/b', { Value: 'Yg==' }), kv('set', '{{p}}/a', { Value: 'YQ==' }), kv('delete', '{{p}}/none'), kv('get', '{{p}}/a')],
      [
        kvResult('{{p}}/b', null, { CreateIndex: capture('i', anyIndex), ModifyIndex: '{{i}}' }),
        kvResult('{{p}}/a', null, { CreateIndex: '{{i}}', ModifyIndex: '{{i}}' }),
        kvResult('{{p}}/a', 'YQ==', { CreateIndex: '{{i}}', ModifyIndex: '{{i}}' }),
      ],
    ),
  ),
  goldenCase(
    'one failure undoes the whole, and every failure is told',
    refuses(
      [kv('set', '{{p}}', { Value: 'eA==' }), kv('get', '{{p}}/none'), kv('check-not-exists', '{{p}}')],
      [1, 'key "{{p}}/none" doesn\'t exist'],
      [2, 'key "{{p}}" exists'],
    ),
    get('/v1/kv/{{p}}').empty(404).meta(),
  ),
  goldenCase(
    'cas writes at its index alone; index 0 creates',
    writes([kv('cas', '{{p}}', { Value: 'MQ==', Index: 0 })], [kvResult('{{p}}', null)]),
    refuses([kv('cas', '{{p}}', { Value: 'Mg==', Index: 0 })], [0, 'failed to set key "{{p}}", index is stale']),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta()
      .index('i'),
    put('/v1/txn', '[{"KV":{"Verb":"cas","Key":"{{p}}","Value":"Mg==","Index":{{i}}}}]').json({
      Results: [kvResult('{{p}}', null)],
      Errors: null,
    }),
  ),
  goldenCase(
    'get of a missing key fails, get-or-empty does not',
    reads([kv('get', '{{p}}')], null, [{ OpIndex: 0, What: 'key "{{p}}" doesn\'t exist' }]),
    reads([kv('get-or-empty', '{{p}}')], [kvResult('{{p}}', null, { CreateIndex: 0, ModifyIndex: 0 })]),
    put('/v1/kv/{{p}}', 'x').json(true),
    reads([kv('get-or-empty', '{{p}}')], [kvResult('{{p}}', 'eA==')]),
  ),
  goldenCase(
    'get-tree gives one result for each entry',
    put('/v1/kv/{{p}}/a', '1').json(true),
    put('/v1/kv/{{p}}/b', '2').json(true),
    reads([kv('get-tree', '{{p}}/')], [kvResult('{{p}}/a', 'MQ=='), kvResult('{{p}}/b', 'Mg==')]),
  ),
  goldenCase(
    'check-index and check-not-exists guard a write',
    reads([kv('check-index', '{{p}}', { Index: 4 })], null, [{ OpIndex: 0, What: 'failed to check index, key "{{p}}" doesn\'t exist' }]),
    writes([kv('check-not-exists', '{{p}}'), kv('set', '{{p}}', { Value: 'eA==' })], [kvResult('{{p}}', null)]),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    refuses(
      [kv('check-index', '{{p}}', { Index: 4 }), kv('set', '{{p}}', { Value: 'eQ==' })],
      [0, 'failed index check for key "{{p}}", current modify index {{i}} != 4'],
    ),
    refuses([kv('check-not-exists', '{{p}}'), kv('delete', '{{p}}')], [0, 'key "{{p}}" exists']),
  ),
  goldenCase(
    'lock, unlock and check-session',
    put('/v1/session/create', { LockDelay: '0s' }).json({ ID: capture('a', anyUuid) }),
    put('/v1/session/create', { LockDelay: '0s' }).json({ ID: capture('b', anyUuid) }),
    writes([kv('lock', '{{p}}', { Value: 'YQ==', Session: '{{a}}' })], [kvResult('{{p}}', null, { LockIndex: 1, Session: '{{a}}' })]),
    refuses([kv('lock', '{{p}}', { Value: 'Yg==', Session: '{{b}}' })], [0, 'failed to lock key "{{p}}", lock is already held']),
    refuses(
      [kv('unlock', '{{p}}', { Value: 'Yg==', Session: '{{b}}' })],
      [0, 'failed to unlock key "{{p}}", lock isn\'t held, or is held by another session'],
    ),
    writes(
      [kv('check-session', '{{p}}', { Session: '{{a}}' }), kv('delete', '{{p}}/none')],
      [kvResult('{{p}}', null, { LockIndex: 1, Session: '{{a}}' })],
    ),
    refuses(
      [kv('check-session', '{{p}}', { Session: '{{b}}' }), kv('delete', '{{p}}')],
      [0, 'failed session check for key "{{p}}", current session "{{a}}" != "{{b}}"'],
    ),
    refuses(
      [kv('check-session', '{{p}}/none', { Session: '{{b}}' }), kv('delete', '{{p}}')],
      [0, 'failed to check session, key "{{p}}/none" doesn\'t exist'],
    ),
    refuses([kv('lock', '{{p}}/new', { Session: NOBODY })], [0, textContaining(`invalid session "${NOBODY}"`)]),
    refuses([kv('lock', '{{p}}/new', { Session: '' })], [0, textContaining('missing session')]),
    writes([kv('unlock', '{{p}}', { Value: 'Yg==', Session: '{{a}}' })], [kvResult('{{p}}', null, { LockIndex: 1 })]),
  ),
  goldenCase(
    'delete, delete-tree and delete-cas give no results',
    put('/v1/kv/{{p}}/a', '1').json(true),
    put('/v1/kv/{{p}}/b', '1').json(true),
    put('/v1/kv/{{p}}-c', '1').json(true),
    refuses([kv('delete-cas', '{{p}}-c', { Index: 1 })], [0, 'failed to delete key "{{p}}-c", index is stale']),
    get('/v1/kv/{{p}}-c')
      .json([entry('{{p}}-c', 'MQ==')])
      .meta()
      .index('i'),
    put('/v1/txn', '[{"KV":{"Verb":"delete-cas","Key":"{{p}}-c","Index":{{i}}}}]').json({ Results: NO_RESULTS, Errors: null }),
    writes([kv('delete-tree', '{{p}}/')], NO_RESULTS),
    get('/v1/kv/{{p}}?recurse').empty(404).meta(),
  ),
  goldenCase(
    'an operation needs a key and a known verb',
    refuses([kv('set', '')], [0, 'Must provide key']),
    put('/v1/txn', [kv('zap', '{{p}}'), kv('delete', '{{p}}')]).json(
      { Results: null, Errors: [{ OpIndex: 0, What: 'unknown KV operation: zap' }] },
      409,
    ),
  ),
  goldenCase(
    'a body that is no list of operations is 400',
    put('/v1/txn', 'nonsense').fails(400, textMatching(/^Failed to parse body: /)),
    put('/v1/txn').fails(400, textMatching(/^Failed to parse body: /)),
    put('/v1/txn', '[{"KV":{"Verb":"set","Key":"{{p}}","Colour":1}}]').fails(400, textMatching(/^Failed to parse body: /)),
  ),
  goldenCase(
    'the limits of a transaction are 413',
    put(
      '/v1/txn',
      Array.from({ length: 129 }, () => kv('delete', 'x')),
    ).fails(413, 'Transaction contains too many operations (129 > 128)'),
    put('/v1/txn', ' '.repeat(524_289)).fails(413, textMatching(/^Request body\(524289 bytes\) too large, max size: 524288 bytes\. See /)),
    put(
      '/v1/txn',
      Array.from({ length: 128 }, () => kv('delete', '{{p}}')),
    ).json({ Results: NO_RESULTS, Errors: null }),
  ),
  goldenCase(
    'nodes can be set, read, and deleted',
    writes([{ Node: { Verb: 'set', Node: { Node: '{{p}}', Address: '10.9.8.2' } } }], [{ Node: node('{{p}}') }]),
    reads([{ Node: { Verb: 'get', Node: { Node: '{{p}}' } } }], [{ Node: node('{{p}}', { ModifyIndex: capture('i', anyIndex) }) }]),
    refuses(
      [{ Node: { Verb: 'cas', Node: { Node: '{{p}}', Address: '10.9.8.3', ModifyIndex: 1 } } }],
      [0, 'failed to set node "{{p}}", index is stale'],
    ),
    refuses(
      [{ Node: { Verb: 'delete-cas', Node: { Node: '{{p}}', ModifyIndex: 1 } } }],
      [0, 'failed to delete node "{{p}}", index is stale'],
    ),
    writes([{ Node: { Verb: 'delete', Node: { Node: '{{p}}' } } }], NO_RESULTS),
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
    reads([{ Node: { Verb: 'get', Node: { Node: '{{p}}' } } }], null, [{ OpIndex: 0, What: 'node "{{p}}" doesn\'t exist' }]),
  ),
  goldenCase(
    'services can be set, read, and deleted',
    refuses(
      [{ Service: { Verb: 'set', Node: '{{p}}', Service: { ID: '{{p}}', Service: '{{p}}', Port: 80 } } }],
      [0, textContaining('Missing node registration')],
    ),
    put('/v1/catalog/register', external('{{p}}')).json(true),
    writes(
      [{ Service: { Verb: 'set', Node: '{{p}}', Service: { ID: '{{p}}', Service: '{{p}}', Port: 80 } } }],
      [{ Service: service('{{p}}', { Tags: NO_TAGS }) }],
    ),
    get('/v1/catalog/service/{{p}}?filter=ServicePort==80')
      .json([serviceNode('{{p}}', '{{p}}')])
      .meta('leader'),
    refuses(
      [{ Service: { Verb: 'cas', Node: '{{p}}', Service: { ID: '{{p}}', Service: '{{p}}', ModifyIndex: 1 } } }],
      [0, 'failed to set service "{{p}}" on node "{{p}}", index is stale'],
    ),
    writes([{ Service: { Verb: 'delete', Node: '{{p}}', Service: { ID: '{{p}}', Service: '{{p}}' } } }], NO_RESULTS),
    reads([{ Service: { Verb: 'get', Node: '{{p}}', Service: { ID: '{{p}}' } } }], null, [
      { OpIndex: 0, What: 'service "{{p}}" on node "{{p}}" doesn\'t exist' },
    ]),
  ),
  goldenCase(
    'checks can be set, read, and deleted',
    put('/v1/catalog/register', external('{{p}}')).json(true),
    writes(
      [{ Check: { Verb: 'set', Check: { Node: '{{p}}', CheckID: 'up', Name: 'up', Status: 'passing' } } }],
      [{ Check: check('{{p}}', 'up', { Status: 'passing', ServiceTags: NO_TAGS }) }],
    ),
    get('/v1/health/node/{{p}}')
      .json([check('{{p}}', 'up', { Status: 'passing' })])
      .meta('leader'),
    refuses(
      [{ Check: { Verb: 'cas', Check: { Node: '{{p}}', CheckID: 'up', Name: 'up', Status: 'warning', ModifyIndex: 1 } } }],
      [0, 'failed to set check "up" on node "{{p}}", index is stale'],
    ),
    writes([{ Check: { Verb: 'delete', Check: { Node: '{{p}}', CheckID: 'up', Name: 'up' } } }], NO_RESULTS),
    reads([{ Check: { Verb: 'get', Check: { Node: '{{p}}', CheckID: 'up' } } }], null, [
      { OpIndex: 0, What: 'check "up" on node "{{p}}" doesn\'t exist' },
    ]),
  ),
];
