/** What Consul 1.8.7 (2020) does otherwise than the 1.21 that the golden cases describe. Reasons are release notes and its answers. */
import type { Difference } from './differences.ts';

const older = (difference: Omit<Difference, 'why'>): Difference => ({ why: 'older version', ...difference });

/** A member or header that came later. */
const since = (version: string, at: string | RegExp): Difference => older({ at, problem: 'missing', note: `since Consul ${version}` });

const EVERYWHERE: readonly Difference[] = [
  since('1.11', 'header x-consul-default-acl-policy'),
  since('1.10', 'header x-consul-query-backend'),
  since('1.10', /^json .*\bDatacenter$/),
  since('1.13', /^json .*\.PeerName$/),
  since('1.10', /^json .*Proxy\.Mode$/),
  since('1.10', 'json [].ServiceSocketPath'),
  since('1.17', 'json [].ServiceLocality'),
  since('1.9', /^json .*\.(Interval|Timeout|ExposedPort)$/),
  since('1.16', /^json .*Meta\.consul-version$/),
  since('1.9', /^json .*Tags\.ft_si$/),
  since('1.10', /^json \.(Backend|NotModified|ResultsFilteredByACLs)$/),
  since('1.14', /^json .*Service\.(Failover\.Targets|Peer)$/),
  since('1.16', /^json .*Service\.SamenessGroup$/),
  since('1.9', 'json .Config.PrimaryDatacenter'),
  since('1.12', 'json .Config.BuildDate'),
  older({ at: /^json .*(\.Config\.Version|\.Tags\.build|\.Stats\.build\.version)$/, problem: 'differs', note: 'its version is 1.8.7' }),
];

/** Steps of a case of which 1.8.7 fails all, for one reason. */
const steps = (where: string, numbers: readonly number[], note: string): Difference => older({ in: where, steps: numbers, note });

const COMMON: readonly Difference[] = [
  steps('common: an unknown path is 404', [1, 2, 3, 4, 5, 6], 'the hint came in 1.11; before, the body is empty'),
  steps('common: namespaces and partitions are refused', [1, 2, 3, 4], 'the open version ignored them before 1.10'),
  steps('common: an answer of 1400 bytes', [5], 'it zips an answer of any size'),
  steps('agent operations: the log at a level that is none', [1], 'the text began with “Bad request: ”'),
];

const CATALOG: readonly Difference[] = [
  steps('blocking: a missing key waits through changes of others', [6], 'before 1.10 every change of the table woke it'),
  steps('blocking: a new node and a new service wake', [9], 'the index of an unknown node was 1'),
  steps('catalog write: a service must be named', [1], 'the text was another'),
  steps('catalog write: a check must be of this node', [1, 2], 'the texts were others'),
  steps('catalog write: a node id cannot be taken', [5], 'a node without serfHealth could lose its name'),
  steps('catalog read: node-meta and filter pick services', [4, 5], 'the list of services took no filter'),
  steps('catalog read: the nodes move their index', [5], 'services did not count as changes of nodes'),
  steps('catalog read: the services move their index', [1, 3, 5], 'the list of services took no filter'),
  steps('catalog read: a node has its own index', [4], 'every node had the index of all nodes and services'),
  steps('health: parameters of peering', [3, 4], 'peering came in 1.13'),
  steps('health: the index of a service moves', [6], 'the checks of a service had the index of all checks'),
];

const KV: readonly Difference[] = [
  steps('kv write: cas, acquire and release exclude', [1, 2, 3, 4], 'the text had no newline'),
  steps('kv lock: a session that does not exist', [2], 'a session id that is no UUID failed earlier'),
  steps('txn: get of a missing key fails', [2, 4], 'get-or-empty came in 1.10'),
  steps('txn: an operation needs a key', [2], 'the text was another'),
  steps('txn: the limits of a transaction', [1, 3], 'the limit was 64 operations'),
];

const AGENT: readonly Difference[] = [
  steps('agent info: version tells', [1], 'since Consul 1.11'),
  steps('agent info: a filter picks members', [2, 3], 'the list of members took no filter'),
  steps('agent service: deregistering an unknown service', [1], 'it was 200 before 1.11'),
  steps('agent service: a name, an address', [5], 'IPv6 addresses by tag were not looked at'),
  steps('agent check: deregistering an unknown check', [1], 'it was 200 before 1.11'),
  steps('agent check: a check may belong to a local service', [7], 'it was 500 before 1.11'),
  steps('agent check: a check of type udp', [1, 2], 'since Consul 1.13'),
  steps('agent check: a check of type h2ping', [1, 2], 'since Consul 1.10'),
  steps('agent check: a check is invalid', [3, 4], 'the text named fewer types'),
  steps('agent check: a check is invalid', [9], 'FailuresBeforeWarning came in 1.11'),
  steps('agent check: a check of a service is held', [2, 3], 'the text named fewer types'),
  steps('agent check: a check of a service is held', [7], 'FailuresBeforeWarning came in 1.11'),
  steps('agent ttl: an unknown check is 404', [1, 2, 3, 4], 'it was 500 before 1.11'),
  steps('agent health: a missing argument', [1, 2], 'it wraps the error, and so loses the 400'),
  steps('agent health: an unknown service is 404', [2], 'the text of an unknown id was sent as JSON'),
];

const OPERATIONS: readonly Difference[] = [
  steps('config: an entry is compared by its index', [7, 8, 9], 'a deletion was never compared'),
  older({ in: 'operator', at: 'json .Servers[].LastIndex', problem: 'missing', note: 'it did not tell how far a server is' }),
  older({ in: 'operator', at: 'json .Servers[].Version', problem: 'differs', note: 'its version is 1.8.7' }),
  steps('operator: nobody takes the lead over', [1], 'the endpoint came later'),
  steps('operator: a server that leads is healthy', [2], 'the state of the autopilot came in 1.9'),
  steps('operator: the usage counts', [1], 'the endpoint came later'),
  steps('connect: nobody is authorized', [1], 'it did not ask whether there is a mesh'),
  steps('connect: there are no intentions', [6], 'intentions had ids only before 1.9'),
  steps('connect: intentions are not kept', [1, 2, 3, 4, 5], 'it kept intentions without a mesh'),
  steps('connect: there is no peering', [1, 2, 3, 4, 5, 6, 7], 'peering came in 1.13'),
  steps('acl: templated policies are off', [1, 2, 3], 'since Consul 1.17'),
];

/** Each difference of 1.8.7 from the golden cases. */
export const olderConsul: readonly Difference[] = [...EVERYWHERE, ...COMMON, ...CATALOG, ...KV, ...AGENT, ...OPERATIONS];
