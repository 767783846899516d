/** Sections 6.2 and 7: locks on keys, and what the end of a session does to them. */
import { del, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyUuid, capture, textContaining } from '../pattern.ts';
import { entry } from './shapes.ts';

/** Creates a session of no delay and keeps its id as `{{name}}`. */
function openSession(name: string, more: object = {}): Step {
  return put('/v1/session/create', { LockDelay: '0s', NodeChecks: [], ...more }).json({ ID: capture(name, anyUuid) });
}

const NOBODY = '77aa0000-0000-4000-8000-000000000000';

export const kvLockCases: readonly GoldenCase[] = [
  goldenCase(
    'one session holds a lock, another gets false until it is released',
    openSession('a'),
    openSession('b'),
    put('/v1/kv/{{p}}?acquire={{a}}', 'a').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'YQ==', { LockIndex: 1, Session: '{{a}}' })])
      .meta(),
    put('/v1/kv/{{p}}?acquire={{b}}', 'b').json(false),
    put('/v1/kv/{{p}}?release={{b}}', 'b').json(false),
    put('/v1/kv/{{p}}?release={{a}}', 'free').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'ZnJlZQ==', { LockIndex: 1 })])
      .meta(),
    put('/v1/kv/{{p}}?acquire={{b}}', 'b').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Yg==', { LockIndex: 2, Session: '{{b}}' })])
      .meta(),
  ),
  goldenCase(
    'the holder may acquire again: the value changes, the lock index does not',
    openSession('a'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1, Session: '{{a}}' })])
      .meta()
      .index('i'),
    put('/v1/kv/{{p}}?acquire={{a}}', '2').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Mg==', { LockIndex: 1, Session: '{{a}}' })])
      .meta()
      .laterIndex('i'),
  ),
  goldenCase(
    'acquire and release set the flags they are given',
    openSession('a'),
    put('/v1/kv/{{p}}?acquire={{a}}&flags=3304740253564472344', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1, Session: '{{a}}', Flags: 3_304_740_253_564_472_344n })])
      .meta(),
    put('/v1/kv/{{p}}?release={{a}}&flags=9', '2').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Mg==', { LockIndex: 1, Flags: 9 })])
      .meta(),
  ),
  goldenCase(
    'a plain write keeps the session and sets the lock index to 0; a delete ignores the lock',
    openSession('a'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/kv/{{p}}', '2').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'Mg==', { Session: '{{a}}' })])
      .meta(),
    del('/v1/kv/{{p}}').json(true),
    get('/v1/kv/{{p}}').empty(404).meta(),
  ),
  goldenCase(
    'a session that does not exist cannot acquire',
    put(`/v1/kv/{{p}}?acquire=${NOBODY}`, '1').fails(500, textContaining(`invalid session "${NOBODY}"`)),
    put('/v1/kv/{{p}}?acquire=dead', '1').fails(500, textContaining('invalid session "dead"')),
    put('/v1/kv/{{p}}?acquire=', '1').fails(500, textContaining('missing session')),
    get('/v1/kv/{{p}}').empty(404).meta(),
  ),
  goldenCase(
    'release of a key that is free or missing is false',
    openSession('a'),
    put('/v1/kv/{{p}}?release={{a}}', '1').json(false),
    put('/v1/kv/{{p}}', '1').json(true),
    put('/v1/kv/{{p}}?release={{a}}', '1').json(false),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==')])
      .meta(),
  ),
  goldenCase(
    'a destroyed session lets go of its keys, and moves their index',
    openSession('a'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1, Session: '{{a}}' })])
      .meta()
      .index('held'),
    put('/v1/session/destroy/{{a}}').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1 })])
      .meta()
      .laterIndex('held'),
  ),
  goldenCase(
    'with behaviour delete a destroyed session takes its keys along',
    openSession('a', { Behavior: 'delete' }),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1, Session: '{{a}}' })])
      .meta()
      .index('held'),
    put('/v1/session/destroy/{{a}}').json(true),
    get('/v1/kv/{{p}}').empty(404).meta().laterIndex('held'),
  ),
  goldenCase(
    'after an invalidation the key cannot be acquired during the lock delay',
    openSession('a', { LockDelay: '15s' }),
    openSession('b'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/session/destroy/{{a}}').json(true),
    put('/v1/kv/{{p}}?acquire={{b}}', '2').json(false),
    put('/v1/kv/{{p}}', 'plain writes pass').json(true),
    put('/v1/txn', [{ KV: { Verb: 'lock', Key: '{{p}}', Value: 'Mg==', Session: '{{b}}' } }]).json(
      { Results: null, Errors: [{ OpIndex: 0, What: textContaining('failed to lock key "{{p}}" due to lock delay') }] },
      409,
    ),
  ),
  goldenCase(
    'without a lock delay the key is free at once',
    openSession('a'),
    openSession('b'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/session/destroy/{{a}}').json(true),
    put('/v1/kv/{{p}}?acquire={{b}}', '2').json(true),
  ),
  goldenCase(
    'a release causes no lock delay',
    openSession('a', { LockDelay: '15s' }),
    openSession('b'),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/kv/{{p}}?release={{a}}', '1').json(true),
    put('/v1/kv/{{p}}?acquire={{b}}', '2').json(true),
  ),
  goldenCase(
    'a check that turns critical ends the sessions bound to it',
    put('/v1/catalog/register', { Node: '{{p}}', Address: '10.9.8.2', Check: { Name: 'up', Status: 'passing' } }).json(true),
    openSession('a', { Node: '{{p}}', NodeChecks: ['up'] }),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/catalog/register', { Node: '{{p}}', Address: '10.9.8.2', Check: { Name: 'up', Status: 'critical' } }).json(true),
    get('/v1/session/info/{{a}}').json([]).meta(),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1 })])
      .meta(),
  ),
  goldenCase(
    'the end of a node ends its sessions',
    put('/v1/catalog/register', { Node: '{{p}}', Address: '10.9.8.2' }).json(true),
    openSession('a', { Node: '{{p}}' }),
    put('/v1/kv/{{p}}?acquire={{a}}', '1').json(true),
    put('/v1/catalog/deregister', { Node: '{{p}}' }).json(true),
    get('/v1/session/info/{{a}}').json([]).meta(),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'MQ==', { LockIndex: 1 })])
      .meta(),
  ),
];
