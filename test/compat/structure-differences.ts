/** Where Konsul's answers are built otherwise than those of Consul 1.8.7, in parts that no golden case asks for. */
import type { Difference } from './differences.ts';

const deliberate = (difference: Omit<Difference, 'why'>): Difference => ({ why: 'deliberate', ...difference });

const HEADERS: readonly Difference[] = [
  deliberate({
    at: /^header (connection|keep-alive)$/,
    problem: 'missing',
    note: "Node's HTTP server says how long a connection stays open",
  }),
  deliberate({ at: 'header content-length', problem: 'missing', note: 'the length is always said' }),
  deliberate({ at: 'header transfer-encoding', problem: 'unexpected', note: 'no chunks where the length is known' }),
  deliberate({ at: 'header vary', problem: 'missing', note: 'redirects and bad paths carry it as well' }),
  deliberate({
    in: 'common: a query that cannot be decoded',
    at: 'header content-type',
    problem: 'missing',
    note: 'every error has a type',
  }),
  deliberate({ at: /^header x-consul-(index|knownleader|lastcontact)$/, problem: 'unexpected', note: 'errors carry no meta headers' }),
  deliberate({
    in: 'common: cached answers',
    at: 'header age',
    problem: 'missing',
    note: 'a view that is held is a hit at the first request',
  }),
  deliberate({ in: 'query execute: an execution may be cached', at: 'header age', problem: 'missing', note: 'the same' }),
];

const LISTS: readonly Difference[] = [
  deliberate({
    in: 'coordinate: ',
    at: /^json \[\]/,
    problem: 'unexpected',
    note: 'a Consul finds a coordinate for its own node some time after its start; here only those that clients bring are kept',
    dependsOnTime: true,
  }),
  deliberate({ at: /^json .*Tags$/, problem: 'differs', note: 'no tags are [], never null' }),
  deliberate({ in: 'catalog read: a server without a mesh', at: 'json ', problem: 'differs', note: 'no gateways are [], not null' }),
  {
    why: 'older version',
    at: /^json .*Service(s\.\{\{p\}\})?\.Port$/,
    problem: 'unexpected',
    note: 'a port of 0 is left out since 1.10',
  },
  deliberate({ in: 'agent health', at: /\.Definition\./, problem: 'unexpected', note: 'the unset members of a definition are left out' }),
];

const NO_GOSSIP: readonly Difference[] = [
  deliberate({ at: /Meta\.(serf_protocol_\w+|non_voter)$/, problem: 'unexpected', note: 'there is no gossip protocol' }),
  deliberate({ at: /^json \.Coord/, note: 'there are no network coordinates' }),
  deliberate({ at: /^json \.Stats\.(serf|raft)/, problem: 'unexpected', note: 'there is no gossip and no raft' }),
  deliberate({ at: /^json \.Stats\.konsul/, problem: 'missing', note: "Konsul's own version and engine" }),
  deliberate({ at: /^json \.DebugConfig/, note: "the configuration is Konsul's" }),
  deliberate({ at: /Tags\.(bootstrap|wan_join_port)$/, problem: 'missing', note: 'it leads alone, and says so in both member lists' }),
  deliberate({ in: 'agent info: host', at: /^json \.(Memory|CPU|Host|Disk)/, problem: 'unexpected', note: 'facts that no client reads' }),
];

const METRICS: readonly Difference[] = [
  deliberate({ in: 'agent metrics', at: /^json \.(Gauges|Counters|Samples)\b/, note: 'what is counted differs, and so do the labels' }),
  deliberate({ in: 'agent metrics: Prometheus', at: 'header x-consul-reason', problem: 'missing', note: 'as later versions do' }),
];

const MESH: readonly Difference[] = [
  deliberate({ in: 'config', at: /^json .*\.(MeshGateway|Expose)$/, problem: 'unexpected', note: 'entries are kept as they came' }),
  deliberate({ in: 'connect: there are no intentions', at: /^json /, problem: 'differs', note: 'no intentions are [], never null' }),
  deliberate({
    in: 'coordinate',
    at: /^header x-consul-(index|knownleader|lastcontact)$/,
    problem: 'missing',
    note: 'who waits for the coordinate of a node needs the index of a 404 too',
  }),
];

const LATER: readonly Difference[] = [
  { why: 'older version', at: 'json .Stats.build.version_metadata', problem: 'missing', note: 'since 1.11' },
];

/** Each is needed besides `olderConsul`. */
export const structureDifferences: readonly Difference[] = [...HEADERS, ...LISTS, ...NO_GOSSIP, ...METRICS, ...MESH, ...LATER];
