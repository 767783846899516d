/**
 * Keys and flags of Consul that are taken whatever their value and change nothing: what they set does not exist here. Each group is
 * warned about once, with what happens instead. Options with a type and no effect are in `options/`, by their `noEffect`.
 */
import { NO_ACCESS_RULES, NO_GOSSIP, NO_TLS, NO_UI, NO_WAN } from './effects.ts';

export interface AcceptedKey {
  /** In lower case, dots between levels; everything below it is taken too, and with a `*` at its end every key that begins so. */
  readonly key: string;
  /** Flags that set it, without dashes. */
  readonly flags?: readonly string[];
  /** The flag takes no value. */
  readonly isSwitch?: boolean;
  /** What happens instead. */
  readonly instead: string;
}

const NO_RAFT = 'Konsul runs no Raft: the store is one file of this server, and store.engine says which';
const NO_MESH =
  'the service mesh is not offered: no proxies, gateways, certificates of workloads, gRPC or xDS; definitions of proxies are kept as data';
const NO_ENTERPRISE = 'features of Consul Enterprise are not offered';
const NO_CALLING_HOME = 'Konsul asks nobody for updates and sends nothing home';
const NO_DEBUG = 'the profiler endpoints are not offered; /v1/agent/metrics has the figures of the process';
const NO_SUCH_LIMIT = 'this limit is of Consul’s RPC, which does not exist here; links and the HTTP API have bounds of their own';
const OWN_CACHE = 'the cache is kept up to date by pushes and needs no rate of fetching; see cache.max_bytes';
const OWN_TIMERS = 'these are inner timers of Consul; here they follow from sync and liveness';
const OWN_METRICS = 'metrics go out as JSON, in Prometheus’ format, or to statsd';
const ONE_LEVEL = 'log_level holds for every line';
const NOT_SAID = 'what is shown is the version that runs';
const ANY_PATH = 'paths are taken as HTTP allows them';

const group = (instead: string, keys: readonly (string | Omit<AcceptedKey, 'instead'>)[]): readonly AcceptedKey[] =>
  keys.map((key) => ({ ...(typeof key === 'string' ? { key } : key), instead }));

export const accepted: readonly AcceptedKey[] = [
  ...group(NO_GOSSIP, [
    'encrypt_verify_incoming',
    'encrypt_verify_outgoing',
    { key: 'disable_keyring_file', flags: ['disable-keyring-file'], isSwitch: true },
    'gossip_lan',
    'gossip_wan',
    { key: 'serf_lan', flags: ['serf-lan-bind'] },
    { key: 'serf_wan', flags: ['serf-wan-bind'] },
    { key: 'serf_lan_allowed_cidrs', flags: ['serf-lan-allowed-cidrs'] },
    { key: 'serf_wan_allowed_cidrs', flags: ['serf-wan-allowed-cidrs'] },
    { key: 'ports.serf_wan', flags: ['serf-wan-port'] },
    'reconnect_timeout',
    'reconnect_timeout_wan',
    'advertise_reconnect_timeout',
    { key: 'protocol', flags: ['protocol'] },
  ]),
  ...group(NO_WAN, [
    { key: 'retry_join_wan', flags: ['retry-join-wan'] },
    { key: 'retry_interval_wan', flags: ['retry-interval-wan'] },
    { key: 'retry_max_wan', flags: ['retry-max-wan'] },
    'advertise_addr_ipv4',
    'advertise_addr_ipv6',
    'advertise_addr_wan_ipv4',
    'advertise_addr_wan_ipv6',
    'locality',
  ]),
  ...group(NO_RAFT, [
    { key: 'raft_protocol', flags: ['raft-protocol'] },
    'raft_snapshot_threshold',
    'raft_snapshot_interval',
    'raft_trailing_logs',
    'raft_logstore',
    'raft_boltdb',
    'autopilot',
    'performance.raft_multiplier',
    'performance.rpc_hold_timeout',
    'performance.grpc_keepalive_interval',
    'performance.grpc_keepalive_timeout',
    'server_rejoin_age_max',
    'server_name',
  ]),
  ...group(NO_MESH, [
    'connect',
    'default_intention_policy',
    'performance.enable_xds_load_balancing',
    'config_entries',
    'xds',
    'peering',
    'cloud',
    'auto_config',
    'enable_central_service_config',
    { key: 'primary_gateways', flags: ['primary-gateway'] },
    'primary_gateways_interval',
    { key: 'ports.grpc', flags: ['grpc-port'] },
    { key: 'ports.grpc_tls', flags: ['grpc-tls-port'] },
    'addresses.grpc',
    'addresses.grpc_tls',
    'ports.proxy_min_port',
    'ports.proxy_max_port',
    'ports.sidecar_min_port',
    'ports.sidecar_max_port',
    'ports.expose_min_port',
    'ports.expose_max_port',
    'experiments',
  ]),
  ...group(NO_ENTERPRISE, [
    { key: 'segment', flags: ['segment'] },
    'segments',
    'segment_limit',
    'segment_name_limit',
    'partition',
    'audit',
    'license_path',
    'reporting',
    'snapshot_agent',
    { key: 'read_replica', flags: ['read-replica', 'non-voting-server'], isSwitch: true },
    'non_voting_server',
    'dns_config.prefer_namespace',
  ]),
  ...group(NO_CALLING_HOME, ['disable_anonymous_signature', 'disable_update_check']),
  ...group(NO_DEBUG, ['enable_debug']),
  ...group(NO_SUCH_LIMIT, [
    'limits.rpc_rate',
    'limits.rpc_max_burst',
    'limits.rpc_max_conns_per_client',
    'limits.rpc_handshake_timeout',
    'limits.rpc_client_timeout',
    'limits.request_limits',
    'limits.https_handshake_timeout',
    'rpc',
    'use_streaming_backend',
  ]),
  ...group(OWN_CACHE, ['cache.entry_fetch_rate', 'cache.entry_fetch_max_burst', 'discovery_max_stale']),
  ...group(OWN_TIMERS, [
    'ae_interval',
    'check_deregister_interval_min',
    'check_reap_interval',
    'sync_coordinate_interval_min',
    'sync_coordinate_rate_target',
    'consul',
  ]),
  ...group(OWN_METRICS, [
    'telemetry.circonus_*',
    'telemetry.statsite_address',
    'telemetry.enable_host_metrics',
    'telemetry.disable_per_tenancy_usage_metrics',
    'telemetry.retry_failed_connection',
    'telemetry.disable_compat_1.9',
  ]),
  ...group(NO_ACCESS_RULES, ['acl_disabled_ttl', 'acl.msp_disable_bootstrap', 'acl.tokens.managed_service_provider']),
  ...group(NO_TLS, [
    'auto_encrypt',
    'tls.defaults.verify_server_hostname',
    'enable_agent_tls_for_checks',
    'tls.grpc.use_auto_cert',
    'tls_prefer_server_cipher_suites',
  ]),
  ...group(NO_UI, [
    'ui_config.metrics_provider',
    'ui_config.metrics_provider_files',
    'ui_config.metrics_provider_options_json',
    'ui_config.metrics_proxy',
    'ui_config.dashboard_url_templates',
  ]),
  ...group(ANY_PATH, ['disable_http_unprintable_char_filter']),
  ...group(ONE_LEVEL, ['log_sublevels']),
  ...group(NOT_SAID, ['version', 'version_prerelease', 'version_metadata', 'build_date', 'revision']),
];

const exact: ReadonlyMap<string, AcceptedKey> = new Map(accepted.map((entry) => [entry.key, entry]));
const prefixes = accepted.filter(({ key }) => key.endsWith('*')).map((entry) => ({ entry, prefix: entry.key.slice(0, -1) }));

/** The entry that takes a key as files write it, in lower case; `undefined`: none. What is below a taken key need not be asked about. */
export const acceptedKey = (key: string): AcceptedKey | undefined =>
  exact.get(key) ?? prefixes.find(({ prefix }) => key.startsWith(prefix))?.entry;
