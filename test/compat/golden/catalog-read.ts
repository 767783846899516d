/** Sections 4.3 to 4.10: reading the catalog, and its indexes of 1.7. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { containing, inAnyOrder, oneOf } from '../pattern.ts';
import { external, node, selfNode, service, serviceNode } from './shapes.ts';

const register = (nodeName: string, more: object = {}): Step => put('/v1/catalog/register', external(nodeName, more)).json(true);
const withService = (more: object = {}): object => ({ Service: { Service: '{{p}}', Port: 80, ...more } });
const instances = (...names: readonly string[]): Step =>
  get('/v1/catalog/service/{{p}}')
    .json(names.map((name) => serviceNode(name, '{{p}}')))
    .meta('leader');

export const catalogReadCases: readonly GoldenCase[] = [
  goldenCase('datacenters is a list without meta headers', get('/v1/catalog/datacenters').json(['dc1'])),
  goldenCase(
    'the nodes hold the agent itself and what was registered',
    register('{{p}}', { NodeMeta: { rack: 'r1' } }),
    get('/v1/catalog/nodes')
      .json(inAnyOrder([selfNode(), node('{{p}}', { Meta: { rack: 'r1' } })], 'and others'))
      .meta('leader'),
  ),
  goldenCase(
    'node-meta picks nodes that have every pair',
    register('{{p}}-a', { NodeMeta: { rack: '{{p}}', row: '1' } }),
    register('{{p}}-b', { NodeMeta: { rack: '{{p}}' } }),
    get('/v1/catalog/nodes?node-meta=rack:{{p}}')
      .json(inAnyOrder([node('{{p}}-a', { Meta: { rack: '{{p}}', row: '1' } }), node('{{p}}-b', { Meta: { rack: '{{p}}' } })]))
      .meta('leader'),
    get('/v1/catalog/nodes?node-meta=rack:{{p}}&node-meta=row:1')
      .json([node('{{p}}-a', { Meta: { rack: '{{p}}', row: '1' } })])
      .meta('leader'),
    get('/v1/catalog/nodes?node-meta=rack:{{p}}&node-meta=row:2').json([]).meta('leader'),
    get('/v1/catalog/nodes?node-meta=rack').json([]).meta('leader'),
  ),
  goldenCase(
    'a filter picks nodes',
    register('{{p}}-a', { NodeMeta: { rack: 'r1' } }),
    register('{{p}}-b'),
    get('/v1/catalog/nodes?filter=Node=="{{p}}-b"'.replaceAll('"', '%22'))
      .json([node('{{p}}-b')])
      .meta('leader'),
    get('/v1/catalog/nodes?filter=Meta.rack==r1%20and%20Node%20matches%20%60^{{p}}%60')
      .json([node('{{p}}-a', { Meta: { rack: 'r1' } })])
      .meta('leader'),
    get('/v1/catalog/nodes?filter=Node==%22{{p}}-none%22').json([]).meta('leader'),
  ),
  goldenCase(
    'services maps each name to the tags of all its instances',
    register('{{p}}-a', withService({ Tags: ['v1', 'x'] })),
    register('{{p}}-b', withService({ Tags: ['v2', 'x'] })),
    get('/v1/catalog/services')
      .json(containing({ consul: [], '{{p}}': inAnyOrder(['v1', 'v2', 'x']) }))
      .meta('leader'),
  ),
  goldenCase(
    'node-meta and filter pick services by their instances',
    register('{{p}}', { ...withService(), NodeMeta: { rack: '{{p}}' } }),
    get('/v1/catalog/services?node-meta=rack:{{p}}').json({ '{{p}}': [] }).meta('leader'),
    get('/v1/catalog/services?node-meta=rack:none-{{p}}').json({}).meta('leader'),
    get('/v1/catalog/services?filter=ServiceName==%22{{p}}%22').json({ '{{p}}': [] }).meta('leader'),
    get('/v1/catalog/services?filter=ServicePort==80%20and%20Node==%22{{p}}%22').json({ '{{p}}': [] }).meta('leader'),
  ),
  goldenCase('an unknown service has no instances', get('/v1/catalog/service/{{p}}').json([]).meta('leader')),
  goldenCase(
    'a service has one entry for each instance',
    register('{{p}}-a', withService()),
    register('{{p}}-b', withService()),
    get('/v1/catalog/service/{{p}}')
      .json(inAnyOrder([serviceNode('{{p}}-a', '{{p}}'), serviceNode('{{p}}-b', '{{p}}')]))
      .meta('leader'),
    get('/v1/catalog/service/{{p}}?merge-central-config')
      .json(inAnyOrder([serviceNode('{{p}}-a', '{{p}}'), serviceNode('{{p}}-b', '{{p}}')]))
      .meta('leader'),
  ),
  goldenCase(
    'tags pick instances that have all of them, in any case',
    register('{{p}}-a', withService({ Tags: ['v1', 'Blue'] })),
    register('{{p}}-b', withService({ Tags: ['v2'] })),
    get('/v1/catalog/service/{{p}}?tag=v2')
      .json([serviceNode('{{p}}-b', '{{p}}', { ServiceTags: ['v2'] })])
      .meta('leader'),
    get('/v1/catalog/service/{{p}}?tag=V1&tag=blue')
      .json([serviceNode('{{p}}-a', '{{p}}', { ServiceTags: ['v1', 'Blue'] })])
      .meta('leader'),
    get('/v1/catalog/service/{{p}}?tag=v1&tag=v2').json([]).meta('leader'),
    get('/v1/catalog/service/{{p}}?tag=').json([]).meta('leader'),
  ),
  goldenCase(
    'node-meta and filter pick instances',
    register('{{p}}-a', { ...withService(), NodeMeta: { rack: 'r1' } }),
    register('{{p}}-b', withService({ Port: 81 })),
    get('/v1/catalog/service/{{p}}?node-meta=rack:r1')
      .json([serviceNode('{{p}}-a', '{{p}}', { NodeMeta: { rack: 'r1' } })])
      .meta('leader'),
    get('/v1/catalog/service/{{p}}?filter=ServicePort==81')
      .json([serviceNode('{{p}}-b', '{{p}}', { ServicePort: 81 })])
      .meta('leader'),
  ),
  goldenCase(
    'the servers themselves are the service consul',
    get('/v1/catalog/service/consul')
      .json([containing({ ServiceID: 'consul', ServiceName: 'consul', Node: '{{self}}' })])
      .meta('leader'),
  ),
  goldenCase(
    'a node reads back with its services by id',
    register('{{p}}', withService({ ID: '{{p}}-1' })),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}-1': service('{{p}}', { ID: '{{p}}-1' }) } })
      .meta('leader'),
    get('/v1/catalog/node/{{p}}?filter=Port==81')
      .json({ Node: node('{{p}}'), Services: {} })
      .meta('leader'),
    get('/v1/catalog/node-services/{{p}}')
      .json({ Node: node('{{p}}'), Services: [service('{{p}}', { ID: '{{p}}-1' })] })
      .meta('leader'),
    get('/v1/catalog/node-services/{{p}}?filter=Port==81')
      .json({ Node: node('{{p}}'), Services: oneOf([], null) })
      .meta('leader'),
  ),
  goldenCase(
    'a service without a port has none',
    register('{{p}}', { Service: { Service: '{{p}}' } }),
    get('/v1/catalog/service/{{p}}')
      .json([serviceNode('{{p}}', '{{p}}', { ServicePort: 0 })])
      .meta('leader'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}': containing({ ID: '{{p}}' }) } })
      .meta('leader'),
  ),
  goldenCase(
    'a node is found by its id and by a prefix of it',
    get('/v1/catalog/node/{{selfId}}')
      .json(containing({ Node: selfNode() }))
      .meta('leader'),
  ),
  goldenCase(
    'an unknown node is null, or an object of nulls',
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
    get('/v1/catalog/node-services/{{p}}').json({ Node: null, Services: null }).meta('leader'),
  ),
  goldenCase(
    'a server without a mesh has no mesh instances',
    register('{{p}}', withService()),
    get('/v1/catalog/connect/{{p}}').json([]).meta('leader'),
    get('/v1/catalog/gateway-services/{{p}}').json(oneOf([], null)).meta('leader'),
  ),
  goldenCase(
    'a service that speaks the mesh itself is its own mesh instance',
    register('{{p}}', withService({ Connect: { Native: true } })),
    get('/v1/catalog/connect/{{p}}')
      .json([serviceNode('{{p}}', '{{p}}', { ServiceConnect: { Native: true } })])
      .meta('leader'),
  ),
  goldenCase(
    'a missing name in the path is 400',
    get('/v1/catalog/service/').fails(400, 'Missing service name'),
    get('/v1/catalog/connect/').fails(400, 'Missing service name'),
    get('/v1/catalog/node/').fails(400, 'Missing node name'),
    get('/v1/catalog/node-services/').fails(400, 'Missing node name'),
    get('/v1/catalog/gateway-services/').fails(400, 'Missing gateway name'),
  ),
  goldenCase(
    'the index of a service moves for its own instances alone',
    register('{{p}}-a', withService()),
    instances('{{p}}-a').index('i'),
    register('{{p}}-x', { Service: { Service: '{{p}}-other' } }),
    instances('{{p}}-a').sameIndex('i'),
    register('{{p}}-b', withService()),
    instances('{{p}}-a', '{{p}}-b').laterIndex('i').index('two'),
    put('/v1/catalog/deregister', { Node: '{{p}}-b' }).json(true),
    instances('{{p}}-a').laterIndex('two').index('one'),
    register('{{p}}-a', { Check: { Name: 'node check' } }),
    instances('{{p}}-a').laterIndex('one'),
  ),
  goldenCase(
    'a service that lost its last instance goes on from the index of the loss',
    register('{{p}}', withService()),
    instances('{{p}}').index('i'),
    put('/v1/catalog/deregister', { Node: '{{p}}' }).json(true),
    instances().laterIndex('i').index('lost'),
    register('{{p}}', { Service: { Service: '{{p}}-other' } }),
    instances().sameIndex('lost'),
  ),
  goldenCase(
    'the nodes move their index for nodes and for services',
    get('/v1/catalog/nodes?filter=Node==none').json([]).meta('leader').index('i'),
    register('{{p}}'),
    get('/v1/catalog/nodes?filter=Node==none').json([]).meta('leader').laterIndex('i').index('node'),
    register('{{p}}', withService()),
    get('/v1/catalog/nodes?filter=Node==none').json([]).meta('leader').laterIndex('node').index('service'),
    put('/v1/kv/{{p}}', 'x').json(true),
    get('/v1/catalog/nodes?filter=Node==none').json([]).meta('leader').sameIndex('service'),
  ),
  goldenCase(
    'the services move their index for services, and not for checks',
    get('/v1/catalog/services?filter=Node==none').json({}).meta('leader').index('i'),
    register('{{p}}', withService()),
    get('/v1/catalog/services?filter=Node==none').json({}).meta('leader').laterIndex('i').index('service'),
    register('{{p}}', { Check: { Name: 'c' } }),
    get('/v1/catalog/services?filter=Node==none').json({}).meta('leader').sameIndex('service'),
  ),
  goldenCase(
    'a node has its own index',
    register('{{p}}'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: {} })
      .meta('leader')
      .index('i'),
    register('{{p}}-other'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: {} })
      .meta('leader')
      .sameIndex('i'),
    register('{{p}}', withService()),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}': service('{{p}}') } })
      .meta('leader')
      .laterIndex('i'),
  ),
];
