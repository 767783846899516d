/** Section 1.7: blocking queries. What moves which index is in the files of the endpoints. */
import { del, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyIndex, anything, anyUuid, capture, containing, inAnyOrder } from '../pattern.ts';
import { check, entry, external, healthEntry, node, service, serviceNode } from './shapes.ts';

const register = (nodeName: string, more: object = {}): Step => put('/v1/catalog/register', external(nodeName, more)).json(true);
const withService = { Service: { Service: '{{p}}', Port: 80 } };

export const blockingCases: readonly GoldenCase[] = [
  goldenCase(
    'when the time is over the present answer comes, with the same index',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}?index={{i}}&wait=150ms')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .sameIndex('i')
      .afterMs(150),
    get('/v1/catalog/service/{{p}}').json([]).meta('leader').index('none'),
    get('/v1/catalog/service/{{p}}?index={{none}}&wait=150ms').json([]).meta('leader').sameIndex('none').afterMs(150),
  ),
  goldenCase(
    'an older index is answered at once',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    put('/v1/kv/{{p}}', 'y').json(true),
    get('/v1/kv/{{p}}?index={{i}}&wait=20s')
      .json([entry('{{p}}', 'eQ==')])
      .meta()
      .laterIndex('i'),
    get('/v1/kv/{{p}}?index=1&wait=20s')
      .json([entry('{{p}}', 'eQ==')])
      .meta()
      .laterIndex('i'),
  ),
  goldenCase(
    'an index from the future waits',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}?index=9999999&wait=150ms')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .afterMs(150),
  ),
  goldenCase(
    'a change of a key wakes who waits for it',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}?index={{i}}&wait=20s')
      .json([entry('{{p}}', 'eQ==')])
      .meta()
      .laterIndex('i')
      .wokenBy(put('/v1/kv/{{p}}', 'y').json(true)),
  ),
  goldenCase(
    'a deletion wakes who waits for the key',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}?index={{i}}&wait=20s').empty(404).meta().laterIndex('i').wokenBy(del('/v1/kv/{{p}}').json(true)),
  ),
  goldenCase(
    'a missing key waits through changes of others, and wakes when it appears',
    put('/v1/kv/{{p}}-other', 'x').json(true),
    get('/v1/kv/{{p}}').empty(404).meta().index('i'),
    get('/v1/kv/{{p}}?index={{i}}&wait=150ms').empty(404).meta().afterMs(150),
    get('/v1/kv/{{p}}?index={{i}}&wait=20s')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .laterIndex('i')
      .wokenBy(put('/v1/kv/{{p}}-other', 'y').json(true), put('/v1/kv/{{p}}', 'x').json(true)),
  ),
  goldenCase(
    'a prefix wakes for what is below it alone',
    put('/v1/kv/{{p}}/a', 'x').json(true),
    get('/v1/kv/{{p}}/?recurse')
      .json([entry('{{p}}/a', 'eA==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}/?recurse&index={{i}}&wait=20s')
      .json([entry('{{p}}/a', 'eA=='), entry('{{p}}/b', 'eA==')])
      .meta()
      .laterIndex('i')
      .wokenBy(put('/v1/kv/{{p}}-outside', 'x').json(true), put('/v1/kv/{{p}}/b', 'x').json(true)),
    get('/v1/kv/{{p}}/?keys').json(['{{p}}/a', '{{p}}/b']).meta().index('k'),
    get('/v1/kv/{{p}}/?keys&index={{k}}&wait=20s').empty(404).meta().laterIndex('k').wokenBy(del('/v1/kv/{{p}}/?recurse').json(true)),
  ),
  goldenCase(
    'writing the same again wakes nobody',
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/kv/{{p}}')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .index('i'),
    get('/v1/kv/{{p}}?index={{i}}&wait=300ms')
      .json([entry('{{p}}', 'eA==')])
      .meta()
      .sameIndex('i')
      .afterMs(300)
      .wokenBy(put('/v1/kv/{{p}}', 'x').json(true)),
  ),
  goldenCase(
    'an instance wakes who waits for its service',
    get('/v1/health/service/{{p}}').json([]).meta('leader').index('i'),
    get('/v1/health/service/{{p}}?index={{i}}&wait=20s')
      .json([healthEntry(node('{{p}}'), service('{{p}}'), [])])
      .meta('leader')
      .laterIndex('i')
      .wokenBy(register('{{p}}', withService)),
    get('/v1/catalog/service/{{p}}')
      .json([serviceNode('{{p}}', '{{p}}')])
      .meta('leader')
      .index('one'),
    get('/v1/catalog/service/{{p}}?index={{one}}&wait=20s')
      .json([])
      .meta('leader')
      .laterIndex('one')
      .wokenBy(put('/v1/catalog/deregister', { Node: '{{p}}' }).json(true)),
  ),
  goldenCase(
    'a service sleeps through changes of others',
    register('{{p}}', withService),
    get('/v1/health/service/{{p}}').json([anything]).meta('leader').index('i'),
    get('/v1/health/service/{{p}}?index={{i}}&wait=300ms')
      .json([healthEntry(node('{{p}}'), service('{{p}}'), [])])
      .meta('leader')
      .sameIndex('i')
      .afterMs(300)
      .wokenBy(register('{{p}}-other', { Service: { Service: '{{p}}-other' }, Check: { Name: 'c' } })),
  ),
  goldenCase(
    'a check wakes who waits for its service, its node and its state',
    register('{{p}}', { ...withService, Check: { Name: 'c', Status: 'passing' } }),
    get('/v1/health/service/{{p}}?passing').json([anything]).meta('leader').index('i'),
    get('/v1/health/service/{{p}}?passing&index={{i}}&wait=20s')
      .json([])
      .meta('leader')
      .laterIndex('i')
      .wokenBy(register('{{p}}', { Check: { Name: 'c', Status: 'critical' } })),
    get('/v1/health/node/{{p}}')
      .json([check('{{p}}', 'c')])
      .meta('leader')
      .index('n'),
    get('/v1/health/node/{{p}}?index={{n}}&wait=20s')
      .json([check('{{p}}', 'c', { Status: 'warning' })])
      .meta('leader')
      .laterIndex('n')
      .wokenBy(register('{{p}}', { Check: { Name: 'c', Status: 'warning' } })),
    get('/v1/health/state/warning')
      .json(inAnyOrder([check('{{p}}', 'c', { Status: 'warning' })], 'and others'))
      .meta('leader')
      .index('s'),
    get('/v1/health/state/passing?index={{s}}&wait=20s')
      .json(inAnyOrder([check('{{p}}', 'c', { Status: 'passing' })], 'and others'))
      .meta('leader')
      .laterIndex('s')
      .wokenBy(register('{{p}}', { Check: { Name: 'c', Status: 'passing' } })),
  ),
  goldenCase(
    'a new node and a new service wake who waits for all of them',
    get('/v1/catalog/nodes').json(anything).meta('leader').index('n'),
    get('/v1/catalog/nodes?index={{n}}&wait=20s')
      .json(inAnyOrder([node('{{p}}')], 'and others'))
      .meta('leader')
      .laterIndex('n')
      .wokenBy(register('{{p}}')),
    get('/v1/catalog/services').json(anything).meta('leader').index('s'),
    get('/v1/catalog/services?index={{s}}&wait=20s')
      .json(containing({ '{{p}}': [] }))
      .meta('leader')
      .laterIndex('s')
      .wokenBy(register('{{p}}', withService)),
    get('/v1/catalog/node/{{p}}').json(anything).meta('leader').index('own'),
    get('/v1/catalog/node/{{p}}?index={{own}}&wait=20s')
      .json(null)
      .meta('leader')
      .laterIndex('own')
      .wokenBy(put('/v1/catalog/deregister', { Node: '{{p}}' }).json(true)),
  ),
  goldenCase(
    'a session wakes who waits for sessions',
    get('/v1/session/node/{{self}}').json(anything).meta().index('i'),
    get('/v1/session/node/{{self}}?index={{i}}&wait=20s')
      .json(inAnyOrder([containing({ Name: '{{p}}', CreateIndex: capture('created', anyIndex) })], 'and others'))
      .meta()
      .laterIndex('i')
      .wokenBy(put('/v1/session/create', { Name: '{{p}}' }).json({ ID: capture('id', anyUuid) })),
    get('/v1/session/info/{{id}}')
      .json([containing({ ID: '{{id}}' })])
      .meta()
      .index('j'),
    get('/v1/session/info/{{id}}?index={{j}}&wait=20s')
      .json([])
      .meta()
      .laterIndex('j')
      .wokenBy(put('/v1/session/destroy/{{id}}').json(true)),
  ),
];
