/** Section 5.1 and 5.10: the agent about itself, and its members. */
import { type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import {
  anyNumber,
  anyObject,
  anyString,
  anyText,
  anything,
  anyUuid,
  containing,
  inAnyOrder,
  optional,
  type PatternObject,
  textMatching,
} from '../pattern.ts';

const digits = textMatching(/^\d+$/);

const serverTags: PatternObject = {
  role: 'consul',
  dc: 'dc1',
  id: '{{selfId}}',
  port: digits,
  segment: '',
  vsn: '2',
  vsn_min: '2',
  vsn_max: '3',
  raft_vsn: '3',
  build: textMatching(/^1\.21\.0(:[0-9a-f]*)?$/),
  ft_fs: '1',
  ft_si: '1',
  wan_join_port: digits,
};

const member: PatternObject = {
  Name: '{{self}}',
  Addr: '127.0.0.1',
  Port: anyNumber,
  Tags: containing(serverTags),
  Status: 1,
  ProtocolMin: 1,
  ProtocolMax: 5,
  ProtocolCur: 2,
  DelegateMin: 2,
  DelegateMax: 5,
  DelegateCur: 4,
};

export const agentInfoCases: readonly GoldenCase[] = [
  goldenCase(
    'self tells configuration, coordinate, member, statistics and meta',
    get('/v1/agent/self').json({
      Config: {
        Datacenter: 'dc1',
        PrimaryDatacenter: 'dc1',
        NodeName: '{{self}}',
        NodeID: anyUuid,
        Revision: anyString,
        Server: true,
        Version: '1.21.0',
        BuildDate: textMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
      DebugConfig: containing({ Datacenter: 'dc1', NodeName: '{{self}}', ServerMode: true, ACLsEnabled: false, HTTPPort: anyNumber }),
      Coord: anything,
      Member: member,
      Stats: containing({
        agent: containing({ check_monitors: digits, check_ttls: digits, checks: digits, services: digits }),
        build: containing({ version: '1.21.0', revision: anyString, prerelease: anyString }),
        consul: containing({ server: 'true', leader: 'true', leader_addr: anyText, known_datacenters: '1' }),
        raft: containing({ state: 'Leader', last_log_index: digits, commit_index: digits, applied_index: digits, num_peers: '0' }),
        runtime: containing({ arch: anyText, os: anyText, version: anyText, cpu_count: digits }),
        serf_lan: containing({ members: digits, failed: digits, left: digits }),
      }),
      Meta: { 'consul-network-segment': '', 'consul-version': '1.21.0' },
      xDS: optional(anyObject),
    }),
  ),
  goldenCase(
    'members lists the agent itself',
    get('/v1/agent/members').json([member]),
    get('/v1/agent/members?segment=_all').json([member]),
    get('/v1/agent/members?wan=1').json([containing({ Status: 1, Addr: '127.0.0.1', Name: '{{self}}.dc1' })]),
    get('/v1/agent/members?wan=1&segment=x').fails(400, 'Cannot provide a segment with wan=true'),
  ),
  goldenCase(
    'a filter picks members',
    get('/v1/agent/members?filter=Name==%22{{self}}%22').json([member]),
    get('/v1/agent/members?filter=Name==%22{{p}}%22').json([]),
    get('/v1/agent/members?filter=Bogus==1').fails(500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'),
  ),
  goldenCase(
    'version tells the level of the API',
    get('/v1/agent/version').json({ SHA: anyString, BuildDate: anyText, HumanVersion: '1.21.0', FIPS: '' }),
  ),
  goldenCase(
    'host tells about the machine',
    get('/v1/agent/host').json({
      Memory: containing({ total: anyNumber, available: anyNumber, used: anyNumber, usedPercent: anyNumber, free: anyNumber }),
      CPU: inAnyOrder(
        [containing({ cpu: anyNumber, vendorId: anyString, modelName: anyString, cores: anyNumber, mhz: anyNumber })],
        'and others',
      ),
      Host: containing({
        hostname: anyText,
        uptime: anyNumber,
        bootTime: anyNumber,
        procs: anyNumber,
        os: anyText,
        platform: anyString,
        kernelVersion: anyString,
      }),
      Disk: containing({ path: anyText, total: anyNumber, free: anyNumber, used: anyNumber, usedPercent: anyNumber }),
      CollectionTime: anyNumber,
      Errors: anything,
    }),
  ),
  goldenCase(
    'information is read with GET alone',
    put('/v1/agent/self').fails(405, 'method PUT not allowed').headers({ allow: 'OPTIONS,GET' }),
  ),
];
