import { expect, test } from 'vitest';
import { hintFor, knownKeys, meaningOf } from './known-keys.ts';

/** Every key of Consul's configuration up to 1.21, by the block in which it stands. */
const CONSUL: Readonly<Record<string, string>> = {
  '': `acl_agent_master_token acl_agent_token acl_datacenter acl_default_policy acl_disabled_ttl acl_down_policy acl_enable_key_list_policy
    acl_master_token acl_replication_token acl_token acl_ttl advertise_addr advertise_addr_ipv4 advertise_addr_ipv6 advertise_addr_wan
    advertise_addr_wan_ipv4 advertise_addr_wan_ipv6 advertise_reconnect_timeout ae_interval alt_domain auto_reload_config bind_addr bootstrap
    bootstrap_expect ca_file ca_path cert_file check check_deregister_interval_min check_output_max_size check_reap_interval
    check_update_interval checks client_addr data_dir datacenter default_intention_policy default_query_time disable_anonymous_signature
    disable_coordinates disable_host_node_id disable_http_unprintable_char_filter disable_keyring_file disable_remote_exec disable_update_check
    discard_check_output discovery_max_stale domain enable_acl_replication enable_agent_tls_for_checks enable_central_service_config enable_debug
    enable_local_script_checks enable_script_checks enable_syslog encrypt encrypt_verify_incoming encrypt_verify_outgoing key_file
    leave_on_terminate license_path log_file log_json log_level log_rotate_bytes log_rotate_duration log_rotate_max_files log_sublevels
    max_query_time node_id node_meta node_name non_voting_server partition pid_file primary_datacenter primary_gateways
    primary_gateways_interval protocol raft_protocol raft_snapshot_interval raft_snapshot_threshold raft_trailing_logs read_replica
    reconnect_timeout reconnect_timeout_wan recursors rejoin_after_leave retry_interval retry_interval_wan retry_join retry_join_wan retry_max
    retry_max_wan revision segment segment_limit segment_name_limit segments serf_lan serf_lan_allowed_cidrs serf_wan serf_wan_allowed_cidrs
    server server_name server_rejoin_age_max service services session_ttl_min skip_leave_on_interrupt snapshot_agent start_join start_join_wan
    sync_coordinate_interval_min sync_coordinate_rate_target syslog_facility tagged_addresses tls_cipher_suites tls_min_version
    tls_prefer_server_cipher_suites translate_wan_addrs ui ui_content_path ui_dir use_streaming_backend verify_incoming verify_incoming_https
    verify_incoming_rpc verify_outgoing verify_server_hostname version version_prerelease watches`,
  acl: `default_policy down_policy enable_key_list_policy enable_token_persistence enable_token_replication enabled msp_disable_bootstrap
    policy_ttl role_ttl token_ttl`,
  'acl.tokens': `agent agent_master agent_recovery config_file_service_registration default dns initial_management managed_service_provider
    master replication`,
  addresses: 'dns grpc grpc_tls http https',
  audit: 'enabled',
  auto_config: 'enabled intro_token',
  auto_encrypt: 'allow_tls dns_san ip_san tls',
  autopilot: 'cleanup_dead_servers last_contact_threshold max_trailing_logs min_quorum server_stabilization_time',
  cache: 'entry_fetch_max_burst entry_fetch_rate',
  cloud: 'resource_id client_id client_secret',
  config_entries: 'bootstrap',
  connect: 'ca_config ca_provider enable_mesh_gateway_wan_federation enabled',
  dns_config: `a_record_limit allow_stale cache_max_age disable_compression enable_additional_node_meta_txt enable_truncate max_stale node_ttl
    only_passing prefer_namespace recursor_strategy recursor_timeout service_ttl udp_answer_limit use_cache`,
  'dns_config.soa': 'expire min_ttl refresh retry',
  gossip_lan: 'gossip_interval gossip_nodes probe_interval probe_timeout retransmit_mult suspicion_mult',
  gossip_wan: 'gossip_interval',
  http_config: 'allow_write_http_from block_endpoints max_header_bytes response_headers use_cache',
  limits: `http_max_conns_per_client https_handshake_timeout kv_max_value_size request_limits rpc_client_timeout rpc_handshake_timeout
    rpc_max_burst rpc_max_conns_per_client rpc_rate txn_max_req_len`,
  locality: 'region zone',
  peering: 'enabled',
  performance: 'grpc_keepalive_interval grpc_keepalive_timeout leave_drain_time raft_multiplier rpc_hold_timeout',
  ports: `dns expose_max_port expose_min_port grpc grpc_tls http https proxy_max_port proxy_min_port serf_lan serf_wan server
    sidecar_max_port sidecar_min_port`,
  raft_logstore: 'backend',
  reporting: 'license',
  rpc: 'enable_streaming',
  telemetry: `circonus_api_app circonus_api_token circonus_api_url circonus_broker_id circonus_check_id circonus_submission_url
    disable_hostname dogstatsd_addr dogstatsd_tags enable_host_metrics filter_default metrics_prefix prefix_filter prometheus_retention_time
    retry_failed_connection statsd_address statsite_address`,
  'tls.defaults':
    'ca_file ca_path cert_file key_file tls_cipher_suites tls_min_version verify_incoming verify_outgoing verify_server_hostname',
  'tls.https': 'ca_file ca_path cert_file key_file tls_cipher_suites tls_min_version verify_incoming verify_outgoing',
  'tls.internal_rpc': 'ca_file cert_file key_file tls_min_version verify_incoming verify_outgoing verify_server_hostname',
  'tls.grpc': 'ca_file cert_file key_file tls_min_version use_auto_cert verify_incoming',
  ui_config:
    'content_path dashboard_url_templates dir enabled metrics_provider metrics_provider_files metrics_provider_options_json metrics_proxy',
  unix_sockets: 'group mode user',
  xds: 'update_max_per_second',
};

const keys = Object.entries(CONSUL).flatMap(([block, names]) => names.split(/\s+/).map((name) => [block, name] as const));

test.each(keys)('Consul’s key %s %s is known', (block, name) => {
  const outer = block === '' ? 'block' : meaningOf(block).kind;
  // What is below a taken key is taken with it.
  expect(outer === 'accepted' || meaningOf(block === '' ? name : `${block}.${name}`).kind !== 'unknown').toBe(true);
  expect(['block', 'accepted']).toContain(outer);
});

test('The list of Consul’s keys is whole', () => {
  expect(keys.length).toBeGreaterThan(230);
});

test.each([
  ['ports', 'block'],
  ['tls', 'block'],
  ['tls.defaults', 'block'],
  ['acl.tokens', 'block'],
  ['ports.http', 'option'],
  ['connect', 'accepted'],
  ['acl_token', 'renamed'],
  ['services', 'definitions'],
  ['http', 'unknown'],
  ['ports.', 'unknown'],
  ['', 'unknown'],
])('%j is of the kind %s', (key, kind) => {
  expect(meaningOf(key).kind).toBe(kind);
});

test.each([
  ['ports.htpp', 'did you mean "ports.http"?'],
  ['datadir', 'did you mean "data_dir"?'],
  ['retry_joins', 'did you mean "retry_join"?'],
  ['max_header_bytes', 'did you mean "http_config.max_header_bytes"?'],
  ['telemetry.statsd_addr', 'did you mean "telemetry.statsd_address"?'],
  ['resources', expect.stringContaining('MemoryMax=')],
  ['nothing_like_it', 'see docs/reference/config.md for all keys'],
])('Of the unknown key %s is said: %s', (key, hint) => {
  expect(hintFor(key)).toEqual(hint);
});

test('Every known key has a meaning', () => {
  expect(knownKeys.filter((key) => meaningOf(key).kind === 'unknown')).toEqual([]);
  expect(new Set(knownKeys).size).toBe(knownKeys.length);
});
