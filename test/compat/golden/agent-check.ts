/** Sections 5.4 and 5.9: checks that are registered with the agent. */
import { type GoldenCase, get, goldenCase, put, type Step } from '../golden-case.ts';
import { anything, containing, inAnyOrder, type Pattern, type PatternObject, textContaining, textMatching } from '../pattern.ts';
import { agentCheck, agentServiceCheck, check } from './shapes.ts';

const register = (body: object): Step => put('/v1/agent/check/register', body).empty();
const refuses = (body: object | string, status: number, text: Pattern): Step => put('/v1/agent/check/register', body).fails(status, text);
const checks = (pattern: PatternObject): Step => get('/v1/agent/checks').json(containing(pattern));
const deregister = (id: string): Step => put(`/v1/agent/check/deregister/${id}`).empty();
const named = (more: object): object => ({ Name: '{{p}}', ...more });

const INTERVAL = 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks';

const SCRIPTS_ARE_OFF = "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true";

/** What makes a check invalid, and what is said after `Invalid check: `. */
const INVALID: readonly (readonly [object, string])[] = [
  [{ TTL: '10s', Interval: '10s' }, 'Interval and TTL cannot both be specified'],
  [{ HTTP: 'http://127.0.0.1:1' }, INTERVAL],
  [{ TCP: '127.0.0.1:1' }, INTERVAL],
  [{}, 'TTL must be > 0 for TTL checks'],
  [{ AliasService: 'x', TTL: '10s' }, 'TTL must be not be set for Alias checks'],
  [{ AliasService: 'x', HTTP: 'http://127.0.0.1:1', Interval: '10s' }, 'Interval cannot be set for Alias checks'],
  [{ HTTP: 'http://127.0.0.1:1', Interval: '10s', OutputMaxSize: -1 }, 'MaxOutputMaxSize must be positive'],
  [
    { HTTP: 'http://127.0.0.1:1', Interval: '10s', FailuresBeforeWarning: 3, FailuresBeforeCritical: 2 },
    "FailuresBeforeWarning can't be higher than FailuresBeforeCritical",
  ],
];

/** The kinds of check that run by themselves, far enough apart not to run during the case. */
const KINDS: readonly (readonly [string, object])[] = [
  ['http', { HTTP: 'http://127.0.0.1:1/', Interval: '1h', Method: 'HEAD', Header: { A: ['b'] }, Body: 'x' }],
  ['tcp', { TCP: '127.0.0.1:1', Interval: '1h', Timeout: '2s' }],
  ['grpc', { GRPC: '127.0.0.1:1/web', GRPCUseTLS: true, Interval: '1h' }],
  ['udp', { UDP: '127.0.0.1:1', Interval: '1h' }],
  ['h2ping', { H2PING: '127.0.0.1:1', H2PingUseTLS: false, Interval: '1h' }],
];

export const agentCheckCases: readonly GoldenCase[] = [
  goldenCase(
    'a check of the node takes its id from its name, and is in the catalog when it is answered',
    register(named({ TTL: '30s', Notes: 'n' })),
    checks({ '{{p}}': agentCheck('{{p}}', { Notes: 'n' }) }),
    get('/v1/health/node/{{self}}')
      .json(inAnyOrder([check('{{self}}', '{{p}}', { Notes: 'n', Type: 'ttl', Interval: anything, Timeout: anything })], 'and others'))
      .meta('leader'),
    deregister('{{p}}'),
    get('/v1/agent/checks?filter=CheckID==%22{{p}}%22').json({}),
  ),
  goldenCase(
    'an id and a status may be given',
    register(named({ ID: '{{p}}-id', TTL: '30s', Status: 'warning' })),
    checks({ '{{p}}-id': agentCheck('{{p}}-id', { Name: '{{p}}', Status: 'warning' }) }),
    deregister('{{p}}-id'),
  ),
  goldenCase(
    'a check may belong to a local service',
    put('/v1/agent/service/register', { Name: '{{p}}', Tags: ['t'] }).empty(),
    register({ Name: '{{p}}-c', ServiceID: '{{p}}', TTL: '30s' }),
    register({ Name: '{{p}}-d', service_id: '{{p}}', TTL: '30s' }),
    checks({
      '{{p}}-c': agentServiceCheck('{{p}}', '{{p}}-c', { Name: '{{p}}-c', ServiceTags: ['t'] }),
      '{{p}}-d': agentServiceCheck('{{p}}', '{{p}}-d', { Name: '{{p}}-d', ServiceTags: ['t'] }),
    }),
    put('/v1/agent/service/deregister/{{p}}').empty(),
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({}),
    refuses({ Name: '{{p}}-c', ServiceID: '{{p}}', TTL: '30s' }, 404, 'ServiceID "{{p}}" does not exist'),
  ),
  ...KINDS.map(([type, spec]) =>
    goldenCase(
      `a check of type ${type} is listed as such`,
      register(named({ ...spec })),
      checks({ '{{p}}': containing({ CheckID: '{{p}}', Type: type, Status: textMatching(/^(critical|passing)$/), Definition: {} }) }),
      deregister('{{p}}'),
    ),
  ),
  goldenCase(
    'a check may stand for another service, which need not be there',
    put('/v1/agent/service/register', { Name: '{{p}}' }).empty(),
    register({ Name: '{{p}}-a', ServiceID: '{{p}}', AliasService: '{{p}}-none' }),
    checks({
      '{{p}}-a': containing({
        Type: 'alias',
        Status: 'critical',
        Output: textMatching(/^(Service \S+-none could not be found on node .*)?$/),
        Definition: {},
      }),
    }),
    put('/v1/agent/service/deregister/{{p}}').empty(),
  ),
  goldenCase(
    'a check is invalid for one reason that is told',
    put('/v1/agent/service/register', { Name: '{{p}}' }).empty(),
    ...INVALID.map(([spec, reason]) => refuses(named({ ServiceID: '{{p}}', ...spec }), 400, `Invalid check: ${reason}`)),
    get('/v1/agent/checks?filter=ServiceID==%22{{p}}%22').json({}),
    put('/v1/agent/service/deregister/{{p}}').empty(),
  ),
  goldenCase(
    'a check of a service is held to the same rules',
    ...INVALID.filter(([spec]) => Object.keys(spec).length > 0).map(([spec, reason]) =>
      put('/v1/agent/service/register', named({ Check: spec })).fails(400, textContaining(`Invalid check: ${reason}`)),
    ),
    put('/v1/agent/service/register', named({ Check: { TTL: '10s', Status: 'bad' } })).fails(
      400,
      "Status for checks must 'passing', 'warning', 'critical'",
    ),
    put('/v1/agent/service/register', named({ Check: { Args: ['true'], Interval: '10s' } })).fails(500, SCRIPTS_ARE_OFF),
    get('/v1/agent/services?filter=ID==%22{{p}}%22').json({}),
    put('/v1/agent/service/register', named({})).empty(),
    put('/v1/agent/service/deregister/{{p}}').empty(),
  ),
  goldenCase(
    'a check needs a name and a right status, and scripts are off',
    refuses({ TTL: '30s' }, 400, 'Missing check name'),
    refuses(named({ TTL: '30s', Status: 'bad' }), 400, 'Bad check status'),
    refuses(named({ Args: ['true'], Interval: '10s' }), 500, SCRIPTS_ARE_OFF),
    refuses(named({ ScriptArgs: ['true'], Interval: '10s' }), 500, SCRIPTS_ARE_OFF),
    refuses(named({ ScriptArgs: ['true'], DockerContainerID: 'c', Interval: '10s' }), 500, SCRIPTS_ARE_OFF),
  ),
  goldenCase(
    'the body is decoded strictly',
    refuses('', 400, 'Request decode failed: EOF'),
    refuses(named({ TTL: '30s', Bogus: 1 }), 400, 'Request decode failed: json: unknown field "Bogus"'),
    refuses(named({ TTL: 'soon' }), 400, textMatching(/^Request decode failed: /)),
  ),
  goldenCase(
    'durations are also numbers of nanoseconds',
    register(named({ TTL: 30_000_000_000 })),
    checks({ '{{p}}': agentCheck('{{p}}') }),
    deregister('{{p}}'),
  ),
  goldenCase(
    'deregistering an unknown check is 404',
    put('/v1/agent/check/deregister/{{p}}').fails(404, 'Unknown check ID "{{p}}". Ensure that the check ID is passed, not the check name.'),
  ),
  goldenCase(
    'a filter picks checks',
    register(named({ TTL: '30s', Status: 'warning' })),
    get('/v1/agent/checks?filter=Name==%22{{p}}%22%20and%20Status==warning').json({ '{{p}}': anything }),
    get('/v1/agent/checks?filter=Name==%22{{p}}%22%20and%20Status==passing').json({}),
    get('/v1/agent/checks?filter=Bogus==1').fails(500, textContaining('Selector "Bogus" is not valid')),
    deregister('{{p}}'),
  ),
];
