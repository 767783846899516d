/** Section 14: `/v1/operator/*`, on a server that is alone. */
import { del, exclusiveCase, type GoldenCase, get, goldenCase, put, request, type Step } from '../golden-case.ts';
import { anyNumber, type Pattern, type PatternObject, textContaining, textMatching } from '../pattern.ts';

const address = textMatching(/^127\.0\.0\.1:\d+$/);

const autopilot = (changes: PatternObject = {}): PatternObject => ({
  CleanupDeadServers: true,
  LastContactThreshold: '200ms',
  MaxTrailingLogs: 250,
  MinQuorum: 0,
  ServerStabilizationTime: '10s',
  RedundancyZoneTag: '',
  DisableUpgradeMigration: false,
  UpgradeVersionTag: '',
  CreateIndex: anyNumber,
  ModifyIndex: anyNumber,
  ...changes,
});

const CONFIGURATION = '/v1/operator/autopilot/configuration';
const KEY = { Key: 'MDEyMzQ1Njc4OWFiY2RlZg==' };

const facts: PatternObject = {
  ID: '{{selfId}}',
  Name: '{{self}}',
  Address: address,
  Version: '1.21.0',
  LastContact: '0s',
  LastTerm: anyNumber,
  LastIndex: anyNumber,
  Healthy: true,
  StableSince: textMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
};

const refuses = (step: Step, text: Pattern, status: number = 400): Step => step.fails(status, text);
const keyring = (query: string): Step => get(`/v1/operator/keyring${query}`);

export const operatorCases: readonly GoldenCase[] = [
  goldenCase(
    'the servers are the one that there is',
    get('/v1/operator/raft/configuration').json({
      Servers: [
        { ID: '{{selfId}}', Node: '{{self}}', Address: address, Leader: true, ProtocolVersion: '3', Voter: true, LastIndex: anyNumber },
      ],
      Index: 0,
    }),
  ),
  goldenCase(
    'the only server is not removed',
    refuses(
      del('/v1/operator/raft/peer'),
      textContaining("Must specify either ?id with the server's ID or ?address with IP:port of peer to remove"),
    ),
    refuses(del('/v1/operator/raft/peer?id=a&address=b'), textContaining('Must specify only one of ?id or ?address')),
    refuses(del('/v1/operator/raft/peer?id=a'), 'id "a" was not found in the Raft configuration', 500),
    refuses(del('/v1/operator/raft/peer?address=1.2.3.4:5'), 'address "1.2.3.4:5" was not found in the Raft configuration', 500),
    refuses(del('/v1/operator/raft/peer?id={{selfId}}'), textMatching(/^[Nn]eed at least one voter in configuration/), 500),
  ),
  goldenCase(
    'nobody takes the lead over',
    refuses(request('POST', '/v1/operator/raft/transfer-leader'), textContaining('cannot find peer'), 500),
  ),
  exclusiveCase(
    'the configuration of the autopilot is replaced as a whole',
    get(CONFIGURATION).json(autopilot()),
    put(CONFIGURATION, { CleanupDeadServers: false, LastContactThreshold: '300ms' }).json(true),
    get(CONFIGURATION).json(
      autopilot({ CleanupDeadServers: false, LastContactThreshold: '300ms', MaxTrailingLogs: 0, ServerStabilizationTime: '0s' }),
    ),
    put(`${CONFIGURATION}?cas=1`, {}).json(false),
    put(CONFIGURATION, {
      CleanupDeadServers: true,
      LastContactThreshold: '200ms',
      MaxTrailingLogs: 250,
      ServerStabilizationTime: 10_000_000_000,
    }).json(true),
    get(CONFIGURATION).json(autopilot()),
  ),
  goldenCase(
    'a configuration of the autopilot must be one',
    refuses(put(CONFIGURATION, ''), textContaining('Error parsing autopilot config: EOF')),
    refuses(put(CONFIGURATION, { x: 1 }), textContaining('Error parsing autopilot config: json: unknown field "x"')),
    refuses(
      put(CONFIGURATION, { LastContactThreshold: 'x' }),
      textMatching(/Error parsing autopilot config: time: invalid duration "?x"?$/),
    ),
    refuses(put(`${CONFIGURATION}?cas=x`, {}), textContaining('Error parsing cas value: strconv.ParseUint: parsing "x": invalid syntax')),
  ),
  goldenCase(
    'a server that leads is healthy',
    get('/v1/operator/autopilot/health').json({
      Healthy: true,
      FailureTolerance: 0,
      Servers: [{ ...facts, SerfStatus: 'alive', Leader: true, Voter: true }],
    }),
    get('/v1/operator/autopilot/state').json({
      Healthy: true,
      FailureTolerance: 0,
      OptimisticFailureTolerance: 0,
      Servers: { '{{selfId}}': { ...facts, NodeStatus: 'alive', ReadReplica: false, Status: 'leader', Meta: {}, NodeType: 'voter' } },
      Leader: '{{selfId}}',
      Voters: ['{{selfId}}'],
    }),
  ),
  goldenCase(
    'the usage counts',
    get('/v1/operator/usage')
      .json({
        Usage: {
          dc1: {
            Services: anyNumber,
            ServiceInstances: anyNumber,
            ConnectServiceInstances: {
              'connect-native': anyNumber,
              'connect-proxy': anyNumber,
              'ingress-gateway': anyNumber,
              'mesh-gateway': anyNumber,
              'terminating-gateway': anyNumber,
            },
            BillableServiceInstances: anyNumber,
            Nodes: anyNumber,
          },
        },
      })
      .meta('leader'),
  ),
  goldenCase(
    'without encryption there are no keys',
    refuses(keyring(''), textContaining('Keyring is empty (encryption not enabled)'), 500),
    refuses(keyring('?local-only=true'), textContaining('Keyring is empty (encryption not enabled)'), 500),
    ...['POST', 'PUT', 'DELETE'].map((method) =>
      refuses(request(method, '/v1/operator/keyring', KEY), textContaining('No keyring to modify (encryption not enabled)'), 500),
    ),
    refuses(request('POST', '/v1/operator/keyring', ''), textContaining('Request decode failed: EOF')),
    refuses(request('PUT', '/v1/operator/keyring', { Kez: 'x' }), textContaining('Request decode failed: json: unknown field "Kez"')),
    refuses(
      request('POST', '/v1/operator/keyring?local-only=true', KEY),
      textContaining('Invalid use of local-only: local-only can only be set for list requests'),
    ),
    refuses(keyring('?relay-factor=9'), textContaining('Invalid relay-factor: Relay factor must be in range: [0, 5]')),
    refuses(keyring('?relay-factor=x'), textContaining('Error parsing relay factor: strconv.Atoi: parsing "x": invalid syntax')),
    refuses(keyring('?local-only=x'), textContaining('Error parsing local-only: strconv.ParseBool: parsing "x": invalid syntax')),
  ),
];
