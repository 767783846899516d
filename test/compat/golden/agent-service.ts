/** Sections 5.2, 5.3, 5.5, 5.6 and 5.7: services that are registered with the agent. */
import { ABSENT, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import {
  anyIndex,
  anyText,
  anything,
  capture,
  containing,
  greaterThan,
  inAnyOrder,
  type Pattern,
  type PatternObject,
  textMatching,
} from '../pattern.ts';
import { agentService, agentServiceCheck, selfNode, serfHealth, service, serviceNode } from './shapes.ts';

const register = (body: object, query = ''): Step => put(`/v1/agent/service/register${query}`, body).empty();
const refuses = (body: object | string, status: number, text: Pattern): Step => put('/v1/agent/service/register', body).fails(status, text);
const named = (more: object): object => ({ Name: '{{p}}', ...more });
const deregister = (id: string): Step => put(`/v1/agent/service/deregister/${id}`).empty();

const services = (changes: PatternObject = {}, id = '{{p}}'): Step =>
  get('/v1/agent/services').json(containing({ [id]: agentService('{{p}}', { ID: id, ...changes }) }));
const checks = (pattern: PatternObject): Step => get('/v1/agent/checks?filter=ServiceName==%22{{p}}%22').json(pattern);

/** Keys and values of meta that are refused, and why. */
const BAD_META: readonly (readonly [Record<string, string>, RegExp])[] = [
  [{ '': 'x' }, /Couldn't load metadata pair \('', 'x'\): Key cannot be blank$/],
  [{ 'a b': 'x' }, /Couldn't load metadata pair \('a b', 'x'\): Key contains invalid characters$/],
  [{ ['k'.repeat(129)]: 'x' }, /: Key is too long \(limit: 128 characters\)$/],
  [{ 'consul-x': '1' }, /: Key prefix 'consul-' is reserved for internal use$/],
  [{ k: 'v'.repeat(513) }, /: Value is too long \(limit: 512 characters\)$/],
  [
    Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 'v'])),
    /^Invalid Service Meta: Node metadata cannot contain more than 64 key\/value pairs$/,
  ],
];

export const agentServiceCases: readonly GoldenCase[] = [
  goldenCase(
    'a name is enough',
    register({ Name: '{{p}}' }),
    services(),
    get('/v1/agent/service/{{p}}')
      .json(agentService('{{p}}', { ContentHash: capture('hash', anyText) }))
      .headers({ 'x-consul-contenthash': '{{hash}}' }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'a registration is in the catalog when it is answered',
    register(named({ Port: 80 })),
    get('/v1/catalog/service/{{p}}')
      .json([
        serviceNode('{{self}}', '{{p}}', {
          ID: '{{selfId}}',
          Address: '127.0.0.1',
          TaggedAddresses: anything,
          NodeMeta: containing({ 'consul-network-segment': '' }),
        }),
      ])
      .meta('leader'),
    get('/v1/health/service/{{p}}')
      .json([{ Node: selfNode(), Service: service('{{p}}', { Meta: anything }), Checks: inAnyOrder([serfHealth()], 'and others') }])
      .meta('leader'),
    deregister('{{p}}'),
    get('/v1/catalog/service/{{p}}').json([]).meta('leader'),
  ),
  goldenCase(
    'every member reads back',
    register(
      named({
        ID: '{{p}}-1',
        Tags: ['blue', 'v1'],
        Port: 9100,
        Address: 'web.internal',
        Meta: { team: 'ops' },
        Weights: { Passing: 7, Warning: 3 },
        EnableTagOverride: true,
        TaggedAddresses: { lan: { Address: '10.0.0.1', Port: 1 }, wan: { Address: '1.2.3.4', Port: 2 } },
      }),
    ),
    services(
      {
        Tags: ['blue', 'v1'],
        Port: 9100,
        Address: 'web.internal',
        Meta: { team: 'ops' },
        Weights: { Passing: 7, Warning: 3 },
        EnableTagOverride: true,
        TaggedAddresses: { lan: { Address: '10.0.0.1', Port: 1 }, wan: { Address: '1.2.3.4', Port: 2 } },
      },
      '{{p}}-1',
    ),
    deregister('{{p}}-1'),
  ),
  goldenCase(
    'an address that is an IP fills the tagged addresses of its family',
    register(named({ Port: 80, Address: '10.0.0.1' })),
    services({
      Port: 80,
      Address: '10.0.0.1',
      TaggedAddresses: { lan_ipv4: { Address: '10.0.0.1', Port: 80 }, wan_ipv4: { Address: '10.0.0.1', Port: 80 } },
    }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'snake case and any case of the keys are understood',
    register({ name: '{{p}}', enable_tag_override: true, tagged_addresses: { lan: { address: '10.0.0.1', port: 1 } } }),
    services({ EnableTagOverride: true, TaggedAddresses: { lan: { Address: '10.0.0.1', Port: 1 } } }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'one check is named after the service, several are counted',
    register(named({ Check: { TTL: '30s' } })),
    checks({ 'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}') }),
    register(named({ Checks: [{ TTL: '30s' }, { TTL: '30s', Status: 'passing', Notes: 'n' }, { CheckID: '{{p}}-own', TTL: '30s' }] })),
    checks({
      'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}'),
      'service:{{p}}:1': agentServiceCheck('{{p}}', 'service:{{p}}:1'),
      'service:{{p}}:2': agentServiceCheck('{{p}}', 'service:{{p}}:2', { Status: 'passing', Notes: 'n' }),
      '{{p}}-own': agentServiceCheck('{{p}}', '{{p}}-own'),
    }),
    register(named({ Check: { TTL: '30s' } }), '?replace-existing-checks=true'),
    checks({ 'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}') }),
    deregister('{{p}}'),
    checks({}),
  ),
  goldenCase(
    'a check may have a name and an empty one counts as none',
    register(named({ Check: { Name: 'alive', TTL: '30s', Status: 'warning' }, Checks: [] })),
    checks({ 'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}', { Name: 'alive', Status: 'warning' }) }),
    register(named({ ID: '{{p}}-2', Check: {} })),
    checks({ 'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}', { Name: 'alive', Status: 'warning' }) }),
    deregister('{{p}}'),
    deregister('{{p}}-2'),
  ),
  goldenCase(
    'the same id again replaces the definition and keeps the status and output of its checks',
    register(named({ Port: 1, Check: { TTL: '30s' } })),
    put('/v1/agent/check/pass/service:{{p}}?note=fine').empty(),
    register(named({ Port: 2, Tags: ['new'], Check: { TTL: '30s' } })),
    services({ Port: 2, Tags: ['new'] }),
    checks({ 'service:{{p}}': agentServiceCheck('{{p}}', 'service:{{p}}', { Status: 'passing', Output: 'fine', ServiceTags: ['new'] }) }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'registering the same again moves no index',
    register(named({ Port: 80, Check: { TTL: '30s' } })),
    get('/v1/health/service/{{p}}').json(anything).meta('leader').index('i'),
    register(named({ Port: 80, Check: { TTL: '30s' } })),
    get('/v1/health/service/{{p}}').json(anything).meta('leader').sameIndex('i'),
    deregister('{{p}}'),
  ),
  goldenCase(
    'a filter picks services',
    register(named({ Port: 80, Tags: ['a'], Meta: { k: '{{p}}' } })),
    get('/v1/agent/services?filter=Service==%22{{p}}%22').json({ '{{p}}': anything }),
    get('/v1/agent/services?filter=%22a%22%20in%20Tags%20and%20Meta.k==%22{{p}}%22').json({ '{{p}}': anything }),
    get('/v1/agent/services?filter=Service==%22{{p}}%22%20and%20Port==81').json({}),
    get('/v1/agent/services?filter=Bogus==1').fails(500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'),
    deregister('{{p}}'),
  ),
  goldenCase(
    'the body is decoded strictly',
    refuses('', 400, 'Request decode failed: EOF'),
    refuses('{', 400, textMatching(/^Request decode failed: /)),
    refuses({ Name: '{{p}}', Prot: 1 }, 400, 'Request decode failed: json: unknown field "Prot"'),
    refuses(named({ Port: '80' }), 400, textMatching(/^Request decode failed: /)),
    refuses(named({ Check: { TTL: '30s', Bogus: 1 } }), 400, textMatching(/^Request decode failed: json: unknown field "Bogus"/)),
    get('/v1/agent/service/{{p}}').fails(404, 'unknown service ID: {{p}}'),
  ),
  goldenCase(
    'a name, an address, addresses by tag and weights must be right',
    refuses({ Port: 1 }, 400, 'Missing service name'),
    refuses(named({ Address: '0.0.0.0' }), 400, 'Invalid service address'),
    refuses(named({ Address: '::' }), 400, 'Invalid service address'),
    refuses(
      named({ TaggedAddresses: { lan_ipv4: { Address: '::1' } } }),
      500,
      'Service tagged address "lan_ipv4" must be a valid ipv4 address',
    ),
    refuses(
      named({ TaggedAddresses: { wan_ipv6: { Address: '1.2.3.4' } } }),
      500,
      'Service tagged address "wan_ipv6" must be a valid ipv6 address',
    ),
    refuses(named({ Weights: { Passing: 0, Warning: 0 } }), 400, 'Invalid Weights: Passing must be greater than 0'),
    refuses(named({ Weights: { Passing: 1, Warning: -1 } }), 400, 'Invalid Weights: Warning must be greater or equal than 0'),
    refuses(named({ Weights: { Passing: 70_000, Warning: 0 } }), 400, 'Invalid Weights: DNS Weight must be between 0 and 65535'),
    register(named({})),
    deregister('{{p}}'),
  ),
  goldenCase('meta is held to its limits', ...BAD_META.map(([Meta, reason]) => refuses(named({ Meta }), 400, textMatching(reason)))),
  goldenCase(
    'deregistering an unknown service is 404',
    put('/v1/agent/service/deregister/{{p}}').fails(
      404,
      'Unknown service ID "{{p}}". Ensure that the service ID is passed, not the service name.',
    ),
  ),
  goldenCase('an unknown service reads as 404', get('/v1/agent/service/{{p}}').fails(404, 'unknown service ID: {{p}}')),
  goldenCase(
    'the hash of a service holds a request until it changes',
    register(named({ Port: 1 })),
    get('/v1/agent/service/{{p}}').json(agentService('{{p}}', { Port: 1, ContentHash: capture('hash', anyText) })),
    get('/v1/agent/service/{{p}}?hash=unknown&wait=10s').json(agentService('{{p}}', { Port: 1, ContentHash: '{{hash}}' })),
    get('/v1/agent/service/{{p}}?hash={{hash}}&wait=100ms')
      .json(agentService('{{p}}', { Port: 1, ContentHash: '{{hash}}' }))
      .afterMs(100),
    get('/v1/agent/service/{{p}}?hash={{hash}}&wait=20s')
      .json(agentService('{{p}}', { Port: 2, ContentHash: capture('changed', anyText) }))
      .headers({ 'x-consul-contenthash': '{{changed}}' })
      .wokenBy(register(named({ Port: 2 }))),
    deregister('{{p}}'),
  ),
  goldenCase('the agent keeps no index', get('/v1/agent/services').json(anything).headers({ 'x-consul-index': ABSENT })),
  goldenCase(
    'a change of a tag moves the index of the service in the catalog',
    register(named({ Tags: ['a'] })),
    get('/v1/catalog/service/{{p}}')
      .json([containing({ ServiceTags: ['a'], CreateIndex: capture('created', anyIndex) })])
      .meta('leader'),
    register(named({ Tags: ['b'] })),
    get('/v1/catalog/service/{{p}}')
      .json([containing({ ServiceTags: ['b'], CreateIndex: '{{created}}', ModifyIndex: greaterThan('created') })])
      .meta('leader'),
    deregister('{{p}}'),
  ),
];
