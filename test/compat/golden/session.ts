/** Section 7: `/v1/session/*`. What sessions do to keys is in `kv-lock.ts`. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyUuid, capture, inAnyOrder, satisfying, textContaining, textMatching } from '../pattern.ts';
import { external, session } from './shapes.ts';

const create = (body: object | string): Step => put('/v1/session/create', body).json({ ID: capture('id', anyUuid) });
const refuses = (body: object | string, status: number, text: Parameters<Step['fails']>[1]): Step =>
  put('/v1/session/create', body).fails(status, text);
const UNKNOWN = '77aa0000-0000-4000-8000-000000000001';

/** What a session is created with, and what of it reads back. */
const CREATED: readonly (readonly [string, object | string, object])[] = [
  ['no body', '', {}],
  ['an empty object', {}, {}],
  ['a name', { Name: 'job' }, { Name: 'job' }],
  ['a TTL', { TTL: '15s' }, { TTL: '15s' }],
  ['the longest TTL', { TTL: '24h' }, { TTL: '24h' }],
  ['behaviour delete', { Behavior: 'delete' }, { Behavior: 'delete' }],
  ['a lock delay as a duration', { LockDelay: '5s' }, { LockDelay: 5_000_000_000 }],
  ['no lock delay', { LockDelay: '0s' }, { LockDelay: 0 }],
  ['a small number as lock delay, which is seconds', { LockDelay: 20 }, { LockDelay: 20_000_000_000 }],
  ['a large number as lock delay, which is nanoseconds', { LockDelay: 2_000_000_000 }, { LockDelay: 2_000_000_000 }],
  ['its own node', { Node: '{{self}}' }, {}],
  [
    'no node checks',
    { NodeChecks: [] },
    { NodeChecks: satisfying('no checks', (v) => v === null || (Array.isArray(v) && v.length === 0)) },
  ],
  ['serfHealth named', { NodeChecks: ['serfHealth'] }, {}],
];

export const sessionCases: readonly GoldenCase[] = [
  ...CREATED.map(([what, body, changes]) =>
    goldenCase(
      `a session created with ${what} reads back`,
      create(body),
      get('/v1/session/info/{{id}}')
        .json([session({ ID: '{{id}}', ...changes })])
        .meta(),
    ),
  ),
  goldenCase(
    'a session is in the list of all, and of its node',
    create({ Name: '{{p}}' }),
    get('/v1/session/list')
      .json(inAnyOrder([session({ ID: '{{id}}', Name: '{{p}}' })], 'and others'))
      .meta(),
    get('/v1/session/node/{{self}}')
      .json(inAnyOrder([session({ ID: '{{id}}', Name: '{{p}}' })], 'and others'))
      .meta(),
    get('/v1/session/node/{{p}}').json([]).meta(),
  ),
  goldenCase('an unknown session is an empty array', get(`/v1/session/info/${UNKNOWN}`).json([]).meta()),
  goldenCase(
    'destroy is true, also for what is not there, and ends the session',
    create({}),
    put('/v1/session/destroy/{{id}}').json(true),
    get('/v1/session/info/{{id}}').json([]).meta(),
    put('/v1/session/destroy/{{id}}').json(true),
  ),
  goldenCase(
    'renew gives the session and moves no index',
    create({ TTL: '30s', Name: '{{p}}' }),
    get('/v1/session/info/{{id}}')
      .json([session({ ID: '{{id}}', TTL: '30s', Name: '{{p}}' })])
      .meta()
      .index('i'),
    put('/v1/session/renew/{{id}}').json([session({ ID: '{{id}}', TTL: '30s', Name: '{{p}}' })]),
    get('/v1/session/info/{{id}}')
      .json([session({ ID: '{{id}}', TTL: '30s', Name: '{{p}}' })])
      .meta()
      .sameIndex('i'),
  ),
  goldenCase('renewing an unknown session is 404', put(`/v1/session/renew/${UNKNOWN}`).fails(404, `Session id '${UNKNOWN}' not found`)),
  goldenCase(
    'a missing id is 400',
    get('/v1/session/info/').fails(400, 'Missing session'),
    put('/v1/session/destroy/').fails(400, 'Missing session'),
    put('/v1/session/renew/').fails(400, 'Missing session'),
    get('/v1/session/node/').fails(400, 'Missing node name'),
  ),
  goldenCase(
    'a TTL must be a duration between 10 seconds and a day',
    refuses({ TTL: '3s' }, 500, "Invalid Session TTL '3000000000', must be between [10s=24h0m0s]"),
    refuses({ TTL: '25h' }, 500, "Invalid Session TTL '90000000000000', must be between [10s=24h0m0s]"),
    refuses({ TTL: 'soon' }, 500, textMatching(/^Session TTL 'soon' invalid: /)),
  ),
  goldenCase(
    'what a session refers to must exist and be right',
    refuses({ Behavior: 'x' }, 500, "Invalid Behavior setting 'x'"),
    refuses({ Node: '{{p}}' }, 500, textContaining('Missing node registration')),
    refuses({ NodeChecks: ['none'] }, 500, textContaining("Missing check 'none' registration")),
    refuses({ ServiceChecks: [{ ID: 'none' }] }, 500, textContaining("Missing check 'none' registration")),
    refuses('{bad', 400, textMatching(/^Request decode failed: /)),
    refuses({ LockDelay: 'soon' }, 400, textMatching(/^Request decode failed: /)),
  ),
  goldenCase(
    'a session cannot be bound to a critical check',
    put('/v1/catalog/register', external('{{p}}', { Check: { Name: 'down', Status: 'critical' } })).json(true),
    refuses({ Node: '{{p}}', NodeChecks: ['down'] }, 500, textContaining("Check 'down' is in critical state")),
  ),
  goldenCase(
    'a session may be bound to the check of a service',
    put(
      '/v1/catalog/register',
      external('{{p}}', { Service: { Service: '{{p}}' }, Check: { CheckID: 'service:{{p}}', ServiceID: '{{p}}', Status: 'passing' } }),
    ).json(true),
    create({ Node: '{{p}}', NodeChecks: [], ServiceChecks: [{ ID: 'service:{{p}}' }] }),
    get('/v1/session/node/{{p}}')
      .json([
        session({
          ID: '{{id}}',
          Node: '{{p}}',
          NodeChecks: satisfying('no checks', (v) => v === null || (Array.isArray(v) && v.length === 0)),
          ServiceChecks: [{ ID: 'service:{{p}}', Namespace: '' }],
        }),
      ])
      .meta(),
    put('/v1/catalog/deregister', { Node: '{{p}}', ServiceID: '{{p}}' }).json(true),
    get('/v1/session/info/{{id}}').json([]).meta(),
  ),
  goldenCase(
    'the deprecated Checks are kept besides NodeChecks',
    put('/v1/catalog/register', external('{{p}}', { Check: { Name: 'up', Status: 'passing' } })).json(true),
    create({ Node: '{{p}}', NodeChecks: ['up'], Checks: ['up'] }),
    get('/v1/session/info/{{id}}')
      .json([session({ ID: '{{id}}', Node: '{{p}}', NodeChecks: ['up'], Checks: ['up'] })])
      .meta(),
  ),
  goldenCase(
    'any session created or destroyed moves the index of all session answers',
    create({ Name: 'first' }),
    get('/v1/session/info/{{id}}')
      .json([session({ ID: '{{id}}', Name: 'first' })])
      .meta()
      .index('before'),
    put('/v1/session/create', { Name: 'second' }).json({ ID: capture('other', anyUuid) }),
    get('/v1/session/info/{{id}}')
      .json([session({ ID: '{{id}}', Name: 'first' })])
      .meta()
      .laterIndex('before')
      .index('created'),
    get('/v1/session/node/{{p}}').json([]).meta().sameIndex('created'),
    put('/v1/session/destroy/{{other}}').json(true),
    get(`/v1/session/info/${UNKNOWN}`).json([]).meta().laterIndex('created'),
  ),
];
