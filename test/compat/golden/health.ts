/** Section 3: `/v1/health/*`, and its indexes of 1.7. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { containing, inAnyOrder, type Pattern } from '../pattern.ts';
import { check, external, healthEntry, node, selfNode, serfHealth, service } from './shapes.ts';

/** Registers node `name` with service `{{p}}`, a node check and a service check of these states. */
function register(name: string, nodeStatus: string, serviceStatus: string, more: object = {}): Step {
  return put(
    '/v1/catalog/register',
    external(name, {
      Service: { Service: '{{p}}', Port: 80, ...more },
      Checks: [
        { CheckID: 'n', Name: 'n', Status: nodeStatus },
        { CheckID: 's', Name: 's', Status: serviceStatus, ServiceID: '{{p}}' },
      ],
    }),
  ).json(true);
}

const nodeCheck = (name: string, status: string): Pattern => check(name, 'n', { Status: status });
const serviceCheck = (name: string, status: string, tags: readonly string[] = []): Pattern =>
  check(name, 's', { Status: status, ServiceID: '{{p}}', ServiceName: '{{p}}', ServiceTags: tags });

function instance(name: string, nodeStatus: string, serviceStatus: string, tags: readonly string[] = []): Pattern {
  const checks = inAnyOrder([nodeCheck(name, nodeStatus), serviceCheck(name, serviceStatus, tags)]);
  return healthEntry(node(name), service('{{p}}', { Tags: tags }), checks);
}

const health = (query: string, ...entries: readonly Pattern[]): Step =>
  get(`/v1/health/service/{{p}}${query}`).json(inAnyOrder(entries)).meta('leader');

export const healthCases: readonly GoldenCase[] = [
  goldenCase(
    'an unknown name is an empty list, everywhere',
    get('/v1/health/service/{{p}}').json([]).meta('leader'),
    get('/v1/health/connect/{{p}}').json([]).meta('leader'),
    get('/v1/health/ingress/{{p}}').json([]).meta('leader'),
    get('/v1/health/checks/{{p}}').json([]).meta('leader'),
    get('/v1/health/node/{{p}}').json([]).meta('leader'),
    get('/v1/health/state/{{p}}').json([]).meta('leader'),
  ),
  goldenCase(
    'a missing name in the path is 400',
    get('/v1/health/service/').fails(400, 'Missing service name'),
    get('/v1/health/connect/').fails(400, 'Missing service name'),
    get('/v1/health/ingress/').fails(400, 'Missing service name'),
    get('/v1/health/checks/').fails(400, 'Missing service name'),
    get('/v1/health/node/').fails(400, 'Missing node name'),
    get('/v1/health/state/').fails(400, 'Missing check state'),
  ),
  goldenCase(
    "the agent's node has its serfHealth check",
    get('/v1/health/node/{{self}}')
      .json(inAnyOrder([serfHealth()], 'and others'))
      .meta('leader'),
    get('/v1/health/state/passing')
      .json(inAnyOrder([serfHealth()], 'and others'))
      .meta('leader'),
    get('/v1/health/state/any')
      .json(inAnyOrder([serfHealth()], 'and others'))
      .meta('leader'),
    get('/v1/health/service/consul')
      .json([containing({ Node: selfNode(), Checks: inAnyOrder([serfHealth()], 'and others') })])
      .meta('leader'),
  ),
  goldenCase(
    'an instance comes with the checks of its node and its own',
    register('{{p}}', 'passing', 'critical'),
    health('', instance('{{p}}', 'passing', 'critical')),
  ),
  goldenCase(
    'an instance without checks has an empty list of them',
    put('/v1/catalog/register', external('{{p}}', { Service: { Service: '{{p}}', Port: 80 } })).json(true),
    health('', healthEntry(node('{{p}}'), service('{{p}}'), [])),
    health('?passing', healthEntry(node('{{p}}'), service('{{p}}'), [])),
  ),
  goldenCase(
    'passing leaves out every instance with a check that is not',
    register('{{p}}-a', 'passing', 'passing'),
    register('{{p}}-b', 'critical', 'passing'),
    register('{{p}}-c', 'passing', 'warning'),
    ...['', '=1', '=true', '=T', '='].map((value) => health(`?passing${value}`, instance('{{p}}-a', 'passing', 'passing'))),
    ...['=0', '=false', '=F'].map((value) =>
      health(
        `?passing${value}`,
        instance('{{p}}-a', 'passing', 'passing'),
        instance('{{p}}-b', 'critical', 'passing'),
        instance('{{p}}-c', 'passing', 'warning'),
      ),
    ),
    get('/v1/health/service/{{p}}?passing=maybe').fails(400, 'Invalid value for ?passing'),
  ),
  goldenCase(
    'tags pick instances that have all of them, in any case',
    register('{{p}}-a', 'passing', 'passing', { Tags: ['v1', 'Blue'] }),
    register('{{p}}-b', 'passing', 'passing', { Tags: ['v2'] }),
    health('?tag=v2', instance('{{p}}-b', 'passing', 'passing', ['v2'])),
    health('?tag=V1&tag=blue', instance('{{p}}-a', 'passing', 'passing', ['v1', 'Blue'])),
    health('?tag=v1&tag=v2'),
    health('?tag='),
    health('?passing&tag=v2', instance('{{p}}-b', 'passing', 'passing', ['v2'])),
  ),
  goldenCase(
    'filters reach node, service and checks',
    register('{{p}}-a', 'passing', 'passing', { Port: 81 }),
    register('{{p}}-b', 'critical', 'passing'),
    health('?filter=Service.Port==80', instance('{{p}}-b', 'critical', 'passing')),
    health('?filter=Node.Node==%22{{p}}-b%22', instance('{{p}}-b', 'critical', 'passing')),
    health('?filter=Checks.Status==critical', instance('{{p}}-b', 'critical', 'passing')),
    health('?filter=Checks.Status!=%22passing%22', instance('{{p}}-b', 'critical', 'passing')),
    health('?filter=Checks%20is%20empty'),
    health('?filter=Checks%20is%20not%20empty%20and%20Service.Port!=81', instance('{{p}}-b', 'critical', 'passing')),
    health(
      '?filter='.concat(encodeURIComponent('not (Service.Port == 81 or "x" in Service.Tags)')),
      instance('{{p}}-b', 'critical', 'passing'),
    ),
    get('/v1/health/service/{{p}}?filter=Bogus==1').fails(
      500,
      'Failed to create boolean expression evaluator: Selector "Bogus" is not valid',
    ),
  ),
  goldenCase(
    'node-meta picks instances by their node',
    put(
      '/v1/catalog/register',
      external('{{p}}', { NodeMeta: { rack: 'r1' }, Service: { Service: '{{p}}', Port: 80 }, Check: { Name: 'n', Status: 'passing' } }),
    ).json(true),
    health('?node-meta=rack:r1', healthEntry(node('{{p}}', { Meta: { rack: 'r1' } }), service('{{p}}'), [nodeCheck('{{p}}', 'passing')])),
    health('?node-meta=rack:r2'),
    get('/v1/health/checks/{{p}}?node-meta=rack:r1').json([]).meta('leader'),
    get('/v1/health/state/passing?node-meta=rack:r1')
      .json(inAnyOrder([nodeCheck('{{p}}', 'passing')], 'and others'))
      .meta('leader'),
    get('/v1/health/state/passing?node-meta=rack:{{p}}').json([]).meta('leader'),
  ),
  goldenCase(
    'the checks of a service are those of its instances, not of their nodes',
    register('{{p}}', 'passing', 'warning', { Tags: ['t'] }),
    get('/v1/health/checks/{{p}}')
      .json([serviceCheck('{{p}}', 'warning', ['t'])])
      .meta('leader'),
    get('/v1/health/checks/{{p}}?filter=Status==critical').json([]).meta('leader'),
  ),
  goldenCase(
    'the checks of a node are its own and those of its services',
    register('{{p}}', 'passing', 'warning'),
    get('/v1/health/node/{{p}}')
      .json(inAnyOrder([nodeCheck('{{p}}', 'passing'), serviceCheck('{{p}}', 'warning')]))
      .meta('leader'),
    get('/v1/health/node/{{p}}?filter=CheckID==s')
      .json([serviceCheck('{{p}}', 'warning')])
      .meta('leader'),
  ),
  goldenCase(
    'a state lists the checks that are in it',
    register('{{p}}', 'critical', 'warning'),
    get('/v1/health/state/critical?filter=Node==%22{{p}}%22')
      .json([nodeCheck('{{p}}', 'critical')])
      .meta('leader'),
    get('/v1/health/state/warning?filter=Node==%22{{p}}%22')
      .json([serviceCheck('{{p}}', 'warning')])
      .meta('leader'),
    get('/v1/health/state/passing?filter=Node==%22{{p}}%22').json([]).meta('leader'),
    get('/v1/health/state/any?filter=Node==%22{{p}}%22')
      .json(inAnyOrder([nodeCheck('{{p}}', 'critical'), serviceCheck('{{p}}', 'warning')]))
      .meta('leader'),
    get('/v1/health/state/none').json([]).meta('leader'),
  ),
  goldenCase(
    'a service that speaks the mesh itself is its own mesh instance',
    register('{{p}}', 'passing', 'passing', { Connect: { Native: true } }),
    get('/v1/health/connect/{{p}}')
      .json([containing({ Node: node('{{p}}'), Service: service('{{p}}', { Connect: { Native: true } }) })])
      .meta('leader'),
    get('/v1/health/ingress/{{p}}').json([]).meta('leader'),
  ),
  goldenCase(
    'parameters of peering and the mesh do no harm',
    register('{{p}}', 'passing', 'passing'),
    health('?merge-central-config', instance('{{p}}', 'passing', 'passing')),
    get('/v1/health/service/{{p}}?peer=none').json([]).meta('leader'),
    get('/v1/health/service/{{p}}?peer=a&sameness-group=b').fails(400, 'peer-name and sameness-group are mutually exclusive'),
  ),
  goldenCase(
    'the index of a service moves for its checks, those of its nodes and its instances alone',
    register('{{p}}', 'passing', 'passing'),
    health('', instance('{{p}}', 'passing', 'passing')).index('i'),
    put('/v1/catalog/register', external('{{p}}-other', { Check: { Name: 'c' } })).json(true),
    put('/v1/kv/{{p}}', 'x').json(true),
    health('', instance('{{p}}', 'passing', 'passing')).sameIndex('i'),
    get('/v1/health/checks/{{p}}')
      .json([serviceCheck('{{p}}', 'passing')])
      .meta('leader')
      .sameIndex('i'),
    register('{{p}}', 'passing', 'critical'),
    health('', instance('{{p}}', 'passing', 'critical'))
      .laterIndex('i')
      .index('own'),
    register('{{p}}', 'warning', 'critical'),
    health('', instance('{{p}}', 'warning', 'critical'))
      .laterIndex('own')
      .index('node'),
    put('/v1/catalog/deregister', { Node: '{{p}}', CheckID: 'n' }).json(true),
    health('', healthEntry(node('{{p}}'), service('{{p}}'), [serviceCheck('{{p}}', 'critical')]))
      .laterIndex('node')
      .index('less'),
    put('/v1/catalog/deregister', { Node: '{{p}}', ServiceID: '{{p}}' }).json(true),
    health('').laterIndex('less'),
  ),
  goldenCase(
    'the checks of nodes and states move their index for any check',
    get('/v1/health/node/{{p}}').json([]).meta('leader').index('i'),
    put('/v1/catalog/register', external('{{p}}-other', { Check: { Name: 'c' } })).json(true),
    get('/v1/health/node/{{p}}').json([]).meta('leader').laterIndex('i').index('check'),
    get('/v1/health/state/none').json([]).meta('leader').sameIndex('check'),
    put('/v1/catalog/register', external('{{p}}-third')).json(true),
    get('/v1/health/state/none').json([]).meta('leader').sameIndex('check'),
  ),
];
