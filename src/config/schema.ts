/** Every configuration option, once: files, flags, environment, validation and the reference derive from this list. */
import type { OptionDefinition, OptionType, OptionValue } from './option.ts';

type Given<T> = {
  readonly default: T;
  readonly help: string;
  readonly example: string;
  readonly flag?: string;
  readonly type?: OptionType;
};

const define = <T extends OptionValue>(key: string, type: OptionType, given: Given<T>): OptionDefinition<T> =>
  Object.freeze({ key, type, flag: undefined, isReloadable: false, isSecret: false, ...given });

const text = (key: string, given: Given<string>): OptionDefinition<string> => define(key, 'string', given);
const bool = (key: string, given: Given<boolean>): OptionDefinition<boolean> => define(key, 'boolean', given);
const integer = (key: string, given: Given<number>): OptionDefinition<number> => define(key, 'integer', given);
const duration = (key: string, given: Given<number>): OptionDefinition<number> => define(key, 'duration', given);
const pairs = (key: string, given: Given<Readonly<Record<string, string>>>): OptionDefinition<Readonly<Record<string, string>>> =>
  define(key, 'pairs', given);

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The options by the name the code uses. */
export interface Schema {
  readonly dev: OptionDefinition<boolean>;
  readonly server: OptionDefinition<boolean>;
  readonly bootstrap: OptionDefinition<boolean>;
  readonly bootstrapExpect: OptionDefinition<number>;
  readonly bindAddr: OptionDefinition<string>;
  readonly clientAddr: OptionDefinition<string>;
  readonly advertiseAddr: OptionDefinition<string>;
  readonly datacenter: OptionDefinition<string>;
  readonly nodeName: OptionDefinition<string>;
  readonly nodeId: OptionDefinition<string>;
  readonly nodeMeta: OptionDefinition<Readonly<Record<string, string>>>;
  readonly dataDir: OptionDefinition<string>;
  readonly httpPort: OptionDefinition<number>;
  readonly dnsPort: OptionDefinition<number>;
  readonly serverPort: OptionDefinition<number>;
  readonly logLevel: OptionDefinition<string>;
  readonly logJson: OptionDefinition<boolean>;
  readonly pidFile: OptionDefinition<string>;
  readonly storeEngine: OptionDefinition<string>;
  readonly defaultQueryTime: OptionDefinition<number>;
  readonly maxQueryTime: OptionDefinition<number>;
  readonly sessionTtlMin: OptionDefinition<number>;
  readonly enableScriptChecks: OptionDefinition<boolean>;
  readonly checkUpdateInterval: OptionDefinition<number>;
  readonly checkOutputMaxSize: OptionDefinition<number>;
  readonly registerWait: OptionDefinition<number>;
  readonly fullSyncInterval: OptionDefinition<number>;
  readonly maxConnsPerClient: OptionDefinition<number>;
  readonly kvMaxValueSize: OptionDefinition<number>;
  readonly txnMaxReqLen: OptionDefinition<number>;
}

export const schema: Schema = {
  dev: bool('dev_mode', {
    flag: 'dev',
    default: false,
    help: 'A server in memory on the loopback address, for development. Nothing survives the process.',
    example: '-dev',
  }),
  server: bool('server', {
    flag: 'server',
    default: false,
    help: 'Hold the catalog and the KV store, besides being an agent.',
    example: '-server',
  }),
  bootstrap: bool('bootstrap', {
    flag: 'bootstrap',
    default: false,
    help: 'Be the only server. Accepted for compatibility: a server on one disk always is.',
    example: '-bootstrap',
  }),
  bootstrapExpect: integer('bootstrap_expect', {
    flag: 'bootstrap-expect',
    default: 0,
    help: 'The number of servers to expect: 0 or 1. Several servers need a shared store, which this version does not have.',
    example: '-bootstrap-expect=1',
  }),
  bindAddr: text('bind_addr', {
    flag: 'bind',
    default: '0.0.0.0',
    help: 'The IP address for traffic between servers and agents; with -dev the default is 127.0.0.1. Shown as the address of the node unless it is 0.0.0.0.',
    example: '-bind=10.0.0.1',
  }),
  clientAddr: text('client_addr', {
    flag: 'client',
    default: '127.0.0.1',
    help: 'The IP addresses (or `localhost`) on which the HTTP API listens, separated by spaces.',
    example: '-client="127.0.0.1 10.0.0.1"',
  }),
  advertiseAddr: text('advertise_addr', {
    flag: 'advertise',
    default: '',
    help: 'The IP address shown to others. Default: the bind address, or the first private address of the machine.',
    example: '-advertise=10.0.0.1',
  }),
  datacenter: text('datacenter', {
    flag: 'datacenter',
    default: 'dc1',
    help: 'The name of the datacenter, in lower case.',
    example: '-datacenter=east',
  }),
  nodeName: text('node_name', {
    flag: 'node',
    default: '',
    help: 'The name of this node. Default: the host name.',
    example: '-node=edge-3',
  }),
  nodeId: text('node_id', {
    flag: 'node-id',
    default: '',
    help: 'A UUID for this node. Default: made at the first start and kept in the data directory.',
    example: '-node-id=7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10',
  }),
  nodeMeta: pairs('node_meta', {
    flag: 'node-meta',
    default: {},
    help: 'Metadata of this node, key:value; may be repeated.',
    example: '-node-meta=rack:a7',
  }),
  dataDir: text('data_dir', {
    flag: 'data-dir',
    default: '',
    help: 'The folder for everything that must survive a restart. Required unless -dev.',
    example: '-data-dir=/var/lib/konsul',
  }),
  httpPort: integer('ports.http', {
    flag: 'http-port',
    default: 8500,
    help: 'The port of the HTTP API; -1 switches it off, 0 takes a free one.',
    example: '-http-port=8500',
  }),
  dnsPort: integer('ports.dns', {
    flag: 'dns-port',
    default: 8600,
    help: 'The port for DNS; -1 switches it off. Accepted; this version does not answer DNS yet.',
    example: '-dns-port=-1',
  }),
  serverPort: integer('ports.server', {
    flag: 'server-port',
    default: 8300,
    help: 'The port for links of agents, shown in /v1/status/leader. Nothing listens on it in this version.',
    example: '-server-port=8300',
  }),
  logLevel: text('log_level', {
    flag: 'log-level',
    default: 'info',
    help: 'trace, debug, info, warn or error.',
    example: '-log-level=debug',
  }),
  logJson: bool('log_json', { flag: 'log-json', default: false, help: 'Log lines as JSON.', example: '-log-json' }),
  pidFile: text('pid_file', {
    flag: 'pid-file',
    default: '',
    help: 'Write the process id to this file; removed at stop.',
    example: '-pid-file=/run/konsul.pid',
  }),
  storeEngine: text('store.engine', {
    default: 'lmdb',
    help: 'Where the server keeps its records: `lmdb` (on disk, in the data directory) or `memory`. With -dev: memory.',
    example: '{"store": {"engine": "lmdb"}}',
  }),
  defaultQueryTime: duration('default_query_time', {
    flag: 'default-query-time',
    default: 300 * SECOND,
    help: 'How long a blocking query waits if it does not say.',
    example: '-default-query-time=300s',
  }),
  maxQueryTime: duration('max_query_time', {
    flag: 'max-query-time',
    default: 600 * SECOND,
    help: 'The longest that a blocking query may wait.',
    example: '-max-query-time=600s',
  }),
  sessionTtlMin: duration('session_ttl_min', {
    default: 10 * SECOND,
    help: 'The shortest TTL that a session may have.',
    example: '{"session_ttl_min": "10s"}',
  }),
  enableScriptChecks: bool('enable_script_checks', {
    flag: 'enable-script-checks',
    default: false,
    help: 'Allow checks that run programs, registered over the API too: whoever reaches the API can then run anything as this user.',
    example: '-enable-script-checks',
  }),
  checkUpdateInterval: duration('check_update_interval', {
    default: 5 * MINUTE,
    help: 'How long a change of only the output of a check may wait before it is sent to the servers; 0 sends at once.',
    example: '{"check_update_interval": "5m"}',
  }),
  checkOutputMaxSize: integer('check_output_max_size', {
    default: 4096,
    help: 'Bytes of output kept for a check, at least 1.',
    example: '{"check_output_max_size": 4096}',
  }),
  registerWait: duration('sync.register_wait', {
    default: 500,
    help: 'How long a registration waits for the servers to have it, before it is answered all the same; 0 does not wait.',
    example: '{"sync": {"register_wait": "500ms"}}',
  }),
  fullSyncInterval: duration('sync.full_sync_interval', {
    default: 5 * MINUTE,
    help: 'How often everything registered here is compared with what the servers hold, with jitter.',
    example: '{"sync": {"full_sync_interval": "5m"}}',
  }),
  maxConnsPerClient: integer('limits.http_max_conns_per_client', {
    default: 200,
    help: 'Connections from one address to the HTTP API; more get a 429. 0: no limit.',
    example: '{"limits": {"http_max_conns_per_client": 200}}',
  }),
  kvMaxValueSize: integer('limits.kv_max_value_size', {
    default: 524_288,
    help: 'Bytes of a KV value.',
    example: '{"limits": {"kv_max_value_size": 524288}}',
  }),
  txnMaxReqLen: integer('limits.txn_max_req_len', {
    default: 524_288,
    help: 'Bytes of the body of a transaction.',
    example: '{"limits": {"txn_max_req_len": 524288}}',
  }),
};

/** The list, in the order of the reference. */
export const options: readonly OptionDefinition[] = Object.values(schema);
