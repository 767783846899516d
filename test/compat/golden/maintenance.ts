/** Section 5.8: maintenance mode of services and of the node. */
import { exclusiveCase, type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anything, containing, inAnyOrder, oneOf, textMatching } from '../pattern.ts';
import { agentCheck } from './shapes.ts';

const SERVICE_DEFAULT = 'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.';
const NODE_DEFAULT = 'Maintenance mode is enabled for this node, but no reason was provided. This is a default message.';

const register = put('/v1/agent/service/register', { Name: '{{p}}', Tags: ['t'] }).empty();
const deregister = put('/v1/agent/service/deregister/{{p}}').empty();
const mode = (query: string): Step => put(`/v1/agent/service/maintenance/{{p}}?${query}`);

const serviceCheck = (Notes: string): ReturnType<typeof agentCheck> =>
  agentCheck('_service_maintenance:{{p}}', {
    Name: 'Service Maintenance Mode',
    Notes,
    ServiceID: '{{p}}',
    ServiceName: '{{p}}',
    ServiceTags: ['t'],
    Type: 'maintenance',
  });

export const maintenanceCases: readonly GoldenCase[] = [
  goldenCase(
    'a service in maintenance has a critical check that says why',
    register,
    mode('enable=true&reason=disk').empty(),
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({ '_service_maintenance:{{p}}': serviceCheck('disk') }),
    get('/v1/health/service/{{p}}?passing').json([]).meta('leader'),
    mode('enable=true&reason=again').empty(),
    mode('enable=false').empty(),
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({}),
    mode('enable=false').empty(),
    get('/v1/health/service/{{p}}')
      .json([containing({ Checks: anything })])
      .meta('leader'),
    deregister,
  ),
  goldenCase(
    'without a reason there is a default one',
    register,
    mode('enable=1').empty(),
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({ '_service_maintenance:{{p}}': serviceCheck(SERVICE_DEFAULT) }),
    deregister,
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({}),
  ),
  goldenCase(
    'what to do must be said, and to whom',
    put('/v1/agent/service/maintenance/?enable=true').fails(400, 'Missing service ID'),
    put('/v1/agent/service/maintenance/{{p}}').fails(400, 'Missing value for enable'),
    mode('enable=').fails(400, oneOf('Missing value for enable', 'Invalid value for enable: ""')),
    mode('enable=x').fails(400, 'Invalid value for enable: "x"'),
    put('/v1/agent/maintenance').fails(400, 'Missing value for enable'),
    put('/v1/agent/maintenance?enable=x').fails(400, 'Invalid value for enable: "x"'),
  ),
  goldenCase(
    'an unknown service is 404',
    mode('enable=true').fails(404, textMatching(/^(Unknown service ID|No service registered with ID) "/)),
  ),
  exclusiveCase(
    'a node in maintenance has a critical check that says why',
    put('/v1/agent/maintenance?enable=true').empty(),
    get('/v1/agent/checks?filter=CheckID==%22_node_maintenance%22').json({
      _node_maintenance: agentCheck('_node_maintenance', { Name: 'Node Maintenance Mode', Notes: NODE_DEFAULT, Type: 'maintenance' }),
    }),
    get('/v1/health/node/{{self}}')
      .json(inAnyOrder([containing({ CheckID: '_node_maintenance', Status: 'critical' })], 'and others'))
      .meta('leader'),
    get('/v1/health/service/consul?passing').json([]).meta('leader'),
    put('/v1/agent/maintenance?enable=false').empty(),
    get('/v1/agent/checks?filter=CheckID==%22_node_maintenance%22').json({}),
    put('/v1/agent/maintenance?enable=true&reason=disk').empty(),
    get('/v1/agent/checks?filter=CheckID==%22_node_maintenance%22').json({
      _node_maintenance: agentCheck('_node_maintenance', { Name: 'Node Maintenance Mode', Notes: 'disk', Type: 'maintenance' }),
    }),
    put('/v1/agent/maintenance?enable=false').empty(),
  ),
];
