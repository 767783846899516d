/** Sections 4.1 and 4.2: `catalog/register` and `catalog/deregister`. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anyIndex, capture, greaterThan, inAnyOrder, textContaining, textMatching } from '../pattern.ts';
import { check, external, node, service, serviceNode } from './shapes.ts';

const register = (body: object): Step => put('/v1/catalog/register', body).json(true);
const deregister = (body: object): Step => put('/v1/catalog/deregister', body).json(true);
const refuses = (body: object | string, status: number, text: Parameters<Step['fails']>[1]): Step =>
  put('/v1/catalog/register', body).fails(status, text);

export const catalogWriteCases: readonly GoldenCase[] = [
  goldenCase(
    'a node with meta and addresses reads back',
    register(external('{{p}}', { NodeMeta: { 'external-node': 'true' }, TaggedAddresses: { lan: '10.9.8.2', wan: '1.2.3.4' } })),
    get('/v1/catalog/node/{{p}}')
      .json({
        Node: node('{{p}}', { Meta: { 'external-node': 'true' }, TaggedAddresses: { lan: '10.9.8.2', wan: '1.2.3.4' } }),
        Services: {},
      })
      .meta('leader'),
  ),
  goldenCase(
    'a service with every member reads back',
    register(
      external('{{p}}', {
        Service: {
          ID: '{{p}}-1',
          Service: '{{p}}',
          Tags: ['v2', 'blue'],
          Address: '10.9.8.3',
          Port: 631,
          Meta: { team: 'ops' },
          Weights: { Passing: 10, Warning: 2 },
          EnableTagOverride: true,
          TaggedAddresses: { lan: { Address: '10.9.8.3', Port: 631 } },
        },
      }),
    ),
    get('/v1/catalog/service/{{p}}')
      .json([
        serviceNode('{{p}}', '{{p}}', {
          ServiceID: '{{p}}-1',
          ServiceTags: ['v2', 'blue'],
          ServiceAddress: '10.9.8.3',
          ServicePort: 631,
          ServiceMeta: { team: 'ops' },
          ServiceWeights: { Passing: 10, Warning: 2 },
          ServiceEnableTagOverride: true,
          ServiceTaggedAddresses: { lan: { Address: '10.9.8.3', Port: 631 } },
        }),
      ])
      .meta('leader'),
  ),
  goldenCase(
    'a check may come alone or in a list, takes its id from its name, and is critical unless said otherwise',
    register(
      external('{{p}}', {
        Service: { Service: '{{p}}', Port: 80, Tags: ['a'] },
        Check: { Name: 'one', Notes: 'n', Output: 'o' },
        Checks: [{ CheckID: 'two', Name: 'Two', Status: 'passing', ServiceID: '{{p}}' }],
      }),
    ),
    get('/v1/health/node/{{p}}')
      .json(
        inAnyOrder([
          check('{{p}}', 'one', { Notes: 'n', Output: 'o' }),
          check('{{p}}', 'two', { Name: 'Two', Status: 'passing', ServiceID: '{{p}}', ServiceName: '{{p}}', ServiceTags: ['a'] }),
        ]),
      )
      .meta('leader'),
  ),
  goldenCase(
    "a check's definition reads back, and gives its type",
    register(
      external('{{p}}', {
        Service: { Service: '{{p}}', Port: 80 },
        Checks: [
          { Name: 'ping', Status: 'passing', ServiceID: '{{p}}', Definition: { TCP: '10.9.8.2:80', Interval: '30s', Timeout: '3s' } },
        ],
      }),
    ),
    get('/v1/health/checks/{{p}}')
      .json([
        check('{{p}}', 'ping', {
          Status: 'passing',
          ServiceID: '{{p}}',
          ServiceName: '{{p}}',
          Type: 'tcp',
          Definition: { Interval: '30s', Timeout: '3s', TCP: '10.9.8.2:80' },
        }),
      ])
      .meta('leader'),
  ),
  goldenCase(
    'the same registration again moves no index',
    register(external('{{p}}', { Service: { Service: '{{p}}', Port: 80 }, Check: { Name: 'c', ServiceID: '{{p}}' } })),
    get('/v1/health/service/{{p}}')
      .json([healthOf('{{p}}')])
      .meta('leader')
      .index('i'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}': service('{{p}}') } })
      .meta('leader')
      .index('n'),
    register(external('{{p}}', { Service: { Service: '{{p}}', Port: 80 }, Check: { Name: 'c', ServiceID: '{{p}}' } })),
    get('/v1/health/service/{{p}}')
      .json([healthOf('{{p}}')])
      .meta('leader')
      .sameIndex('i'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}': service('{{p}}') } })
      .meta('leader')
      .sameIndex('n'),
  ),
  goldenCase(
    'a changed service is replaced, and keeps its CreateIndex',
    register(external('{{p}}', { Service: { Service: '{{p}}', Port: 80, Tags: ['old'], Meta: { a: '1' } } })),
    get('/v1/catalog/service/{{p}}')
      .json([
        serviceNode('{{p}}', '{{p}}', {
          ServiceTags: ['old'],
          ServiceMeta: { a: '1' },
          CreateIndex: capture('created', anyIndex),
          ModifyIndex: '{{created}}',
        }),
      ])
      .meta('leader'),
    register(external('{{p}}', { Service: { Service: '{{p}}', Port: 81 } })),
    get('/v1/catalog/service/{{p}}')
      .json([serviceNode('{{p}}', '{{p}}', { ServicePort: 81, CreateIndex: '{{created}}', ModifyIndex: greaterThan('created') })])
      .meta('leader'),
  ),
  goldenCase(
    'SkipNodeUpdate leaves the node as it is',
    register(external('{{p}}')),
    register({ Node: '{{p}}', SkipNodeUpdate: true, Address: '10.1.1.1', Service: { Service: '{{p}}', Port: 80 } }),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: { '{{p}}': service('{{p}}') } })
      .meta('leader'),
  ),
  goldenCase(
    'keys of the body are matched in any case',
    put('/v1/catalog/register', { node: '{{p}}', ADDRESS: '10.9.8.2', service: { service: '{{p}}', port: 80 } }).json(true),
    get('/v1/catalog/service/{{p}}')
      .json([serviceNode('{{p}}', '{{p}}')])
      .meta('leader'),
  ),
  goldenCase(
    'a node and an address are required',
    refuses({}, 500, 'Must provide node'),
    refuses({ Node: '{{p}}' }, 500, 'Must provide address if SkipNodeUpdate is not set'),
    refuses(external('{{p}}', { ID: 'zz' }), 500, textMatching(/^Bad node ID: /)),
  ),
  goldenCase(
    'a service must be named, with an address and meta that can be used',
    refuses(external('{{p}}', { Service: { ID: 'a' } }), 500, 'Must provide service name (Service.Service) when service ID is provided'),
    refuses(external('{{p}}', { Service: { Service: 'a', Address: '0.0.0.0' } }), 500, 'Invalid service address'),
    refuses(external('{{p}}', { Service: { Service: 'a', Address: '::' } }), 500, 'Invalid service address'),
    refuses(
      external('{{p}}', { Service: { Service: 'a', Meta: { '': 'x' } } }),
      500,
      textContaining("Invalid Service Meta for node {{p}} and serviceID a: Couldn't load metadata pair ('', 'x'): Key cannot be blank"),
    ),
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
  ),
  goldenCase(
    'a check must be of this node and of a service that is there',
    refuses(
      external('{{p}}', { Check: { Name: 'c', Node: 'other' } }),
      500,
      "Node 'other' for check 'c' doesn't match register request node '{{p}}'",
    ),
    refuses(external('{{p}}', { Check: { Name: 'c', ServiceID: 's' } }), 500, textContaining("Unknown service ID 's' for check ID 'c'")),
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
  ),
  goldenCase(
    'the body is decoded strictly',
    refuses('', 400, 'Request decode failed: EOF'),
    refuses('{', 400, textMatching(/^Request decode failed: /)),
    refuses({ Node: 1 }, 400, textMatching(/^Request decode failed: json: cannot unmarshal number into Go struct field /)),
    refuses(external('{{p}}', { Colour: 1 }), 400, textMatching(/^Request decode failed: json: unknown field "Colour"/)),
    refuses(
      external('{{p}}', { Service: { Service: 'a', Prot: 1 } }),
      400,
      textMatching(/^Request decode failed: json: unknown field "Prot"/),
    ),
    put('/v1/catalog/deregister', { Node: '{{p}}', Colour: 1 }).fails(
      400,
      textMatching(/^Request decode failed: json: unknown field "Colour"/),
    ),
    put('/v1/catalog/deregister').fails(400, 'Request decode failed: EOF'),
  ),
  goldenCase(
    'a node id cannot be taken from a node that is there',
    register({ ID: '5f3a7c1e-0000-4000-8000-00000000000a', Node: '{{p}}', Address: '10.9.8.2' }),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}', { ID: '5f3a7c1e-0000-4000-8000-00000000000a' }), Services: {} })
      .meta('leader'),
    register({ ID: '5f3a7c1e-0000-4000-8000-00000000000a', Node: '{{p}}-new', Address: '10.9.8.2' }),
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
    refuses(
      { ID: '5f3a7c1e-0000-4000-8000-00000000000b', Node: '{{p}}-new', Address: '10.9.8.2' },
      500,
      textContaining('Node name {{p}}-new is reserved by node 5f3a7c1e-0000-4000-8000-00000000000a'),
    ),
    deregister({ Node: '{{p}}-new' }),
  ),
  goldenCase(
    'deregister removes a check, a service with its checks, or a node with all that is on it',
    register(
      external('{{p}}', {
        Service: { Service: '{{p}}', Port: 80 },
        Checks: [{ Name: 'n' }, { Name: 's', ServiceID: '{{p}}' }, { Name: 'n2' }],
      }),
    ),
    deregister({ Node: '{{p}}', CheckID: 'n' }),
    get('/v1/health/node/{{p}}')
      .json(inAnyOrder([check('{{p}}', 'n2'), check('{{p}}', 's', { ServiceID: '{{p}}', ServiceName: '{{p}}' })]))
      .meta('leader'),
    deregister({ Node: '{{p}}', ServiceID: '{{p}}' }),
    get('/v1/health/node/{{p}}')
      .json([check('{{p}}', 'n2')])
      .meta('leader'),
    get('/v1/catalog/node/{{p}}')
      .json({ Node: node('{{p}}'), Services: {} })
      .meta('leader'),
    deregister({ Node: '{{p}}' }),
    get('/v1/catalog/node/{{p}}').json(null).meta('leader'),
    get('/v1/health/node/{{p}}').json([]).meta('leader'),
  ),
  goldenCase(
    'deregistering what is not there is true; no node is an error',
    deregister({ Node: '{{p}}' }),
    deregister({ Node: '{{p}}', ServiceID: 'x' }),
    deregister({ Node: '{{p}}', CheckID: 'x' }),
    deregister({ Node: '{{p}}', Address: '10.9.8.2' }),
    put('/v1/catalog/deregister', {}).fails(500, 'Must provide node'),
  ),
];

function healthOf(name: string): ReturnType<typeof node> {
  return {
    Node: node(name),
    Service: service(name),
    Checks: [check(name, 'c', { ServiceID: name, ServiceName: name })],
  };
}
