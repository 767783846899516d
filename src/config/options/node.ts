/** Options of the node: who it is, where it keeps its things, whether it serves. */
import { metadataProblem } from '../../model/metadata.ts';
import { NO_WAN } from '../effects.ts';
import {
  type BooleanOption,
  bool,
  duration,
  integer,
  type NumberOption,
  type PairsOption,
  pairs,
  type TextOption,
  text,
} from '../option.ts';
import { atLeast, notNegative, oneOf } from '../option-rules.ts';

const SECOND = 1_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NAME = /^[a-z0-9_-]+$/i;

const datacenterName = (value: string): string | undefined => (NAME.test(value) ? undefined : 'may hold letters, digits, - and _ only');

export const dev: BooleanOption = bool('dev_mode', {
  flag: 'dev',
  default: false,
  help: 'A server in memory on the loopback address, for development. Nothing survives the process.',
  example: true,
  shownAs: 'DevMode',
});

export const server: BooleanOption = bool('server', {
  flag: 'server',
  default: false,
  help: 'Hold the catalog and the KV store, besides being an agent. Without it, and without -dev, this is the agent of a node, which links to servers.',
  example: true,
  shownAs: 'ServerMode',
});

export const bootstrap: BooleanOption = bool('bootstrap', {
  flag: 'bootstrap',
  default: false,
  help: 'Be the only server. Accepted for compatibility: a server on one disk always is.',
  example: true,
  shownAs: 'Bootstrap',
});

export const bootstrapExpect: NumberOption = integer('bootstrap_expect', {
  flag: 'bootstrap-expect',
  default: 0,
  help: 'The number of servers to expect: 0 or 1. Several servers need a shared store, which this version does not have.',
  example: 1,
  shownAs: 'BootstrapExpect',
  problem: notNegative(),
});

export const datacenter: TextOption = text('datacenter', {
  flag: 'datacenter',
  default: 'dc1',
  help: 'The name of the datacenter, in lower case.',
  example: 'east',
  shownAs: 'Datacenter',
  problem: datacenterName,
});

export const primaryDatacenter: TextOption = text('primary_datacenter', {
  default: '',
  help: 'The datacenter that decides about access rules. Default: `datacenter`.',
  example: 'east',
  shownAs: 'PrimaryDatacenter',
  noEffect: NO_WAN,
  problem: (value) => (value === '' ? undefined : datacenterName(value)),
});

export const nodeName: TextOption = text('node_name', {
  flag: 'node',
  default: '',
  help: 'The name of this node. Default: the host name.',
  example: 'edge-3',
  shownAs: 'NodeName',
});

export const nodeId: TextOption = text('node_id', {
  flag: 'node-id',
  default: '',
  help: 'A UUID for this node. Default: made at the first start and kept in the data directory.',
  example: '7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10',
  shownAs: 'NodeID',
  problem: (value) => (value === '' || UUID.test(value) ? undefined : `must be a UUID, not ${JSON.stringify(value)}`),
});

export const nodeMeta: PairsOption = pairs('node_meta', {
  flag: 'node-meta',
  default: {},
  help: 'Metadata of this node, on the command line as key:value; may be repeated.',
  example: { rack: 'a7' },
  isReloadable: true,
  shownAs: 'NodeMeta',
  problem: metadataProblem,
});

export const disableHostNodeId: BooleanOption = bool('disable_host_node_id', {
  flag: 'disable-host-node-id',
  default: true,
  help: 'Make the node id at random instead of deriving it from the host.',
  example: true,
  shownAs: 'DisableHostNodeID',
  noEffect: 'the node id is always made at random, and kept in data_dir',
});

export const dataDir: TextOption = text('data_dir', {
  flag: 'data-dir',
  default: '',
  help: 'The folder for everything that must survive a restart. Required unless -dev, on agents too: what is registered there is kept in it.',
  example: '/var/lib/konsul',
  shownAs: 'DataDir',
});

export const pidFile: TextOption = text('pid_file', {
  flag: 'pid-file',
  default: '',
  help: 'Write the process id to this file; removed at stop.',
  example: '/run/konsul.pid',
  shownAs: 'PidFile',
});

export const autoReloadConfig: BooleanOption = bool('auto_reload_config', {
  flag: 'auto-reload-config',
  default: false,
  help: 'Reload when a configuration file changes, without being told to.',
  example: true,
  shownAs: 'AutoReloadConfig',
});

export const disableRemoteExec: BooleanOption = bool('disable_remote_exec', {
  default: true,
  help: 'Run nothing that `consul exec` asks for.',
  example: true,
  shownAs: 'DisableRemoteExec',
  noEffect: 'remote execution is not offered, so it is always off',
});

export const disableCoordinates: BooleanOption = bool('disable_coordinates', {
  default: false,
  help: 'Keep and serve no network coordinates.',
  example: true,
  isReloadable: true,
  shownAs: 'DisableCoordinates',
});

export const translateWanAddrs: BooleanOption = bool('translate_wan_addrs', {
  default: false,
  help: 'Answer with the `wan` addresses of nodes in other datacenters.',
  example: false,
  shownAs: 'TranslateWANAddrs',
  noEffect: NO_WAN,
});

export const storeEngine: TextOption = text('store.engine', {
  default: 'lmdb',
  help: 'Where the server keeps its records: `lmdb` (on disk, in the data directory) or `memory`. With -dev: memory.',
  example: 'lmdb',
  shownAs: 'StoreEngine',
  problem: oneOf('lmdb', 'memory'),
});

export const sessionTtlMin: NumberOption = duration('session_ttl_min', {
  default: 10 * SECOND,
  help: 'The shortest TTL that a session may have.',
  example: '10s',
  isReloadable: true,
  shownAs: 'SessionTTLMin',
  problem: atLeast(0),
});
