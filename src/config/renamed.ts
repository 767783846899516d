/** Old names of keys and flags: each is read as the new one, with a warning. Where both are given, the new one holds. */

export interface RenamedKey {
  /** In lower case, dots between levels. */
  readonly old: string;
  readonly now: string;
  /** The flag that sets it under its old name, without dashes. */
  readonly flag?: string;
  /** Switches of their own that Consul turns on with it. */
  readonly alsoTrue?: string;
}

export const renamed: readonly RenamedKey[] = [
  { old: 'acl_datacenter', now: 'primary_datacenter', alsoTrue: 'acl.enabled' },
  { old: 'acl_default_policy', now: 'acl.default_policy' },
  { old: 'acl_down_policy', now: 'acl.down_policy' },
  { old: 'acl_ttl', now: 'acl.token_ttl' },
  { old: 'acl_enable_key_list_policy', now: 'acl.enable_key_list_policy' },
  { old: 'acl_master_token', now: 'acl.tokens.initial_management' },
  { old: 'acl_agent_master_token', now: 'acl.tokens.agent_recovery' },
  { old: 'acl_agent_token', now: 'acl.tokens.agent' },
  { old: 'acl_token', now: 'acl.tokens.default' },
  { old: 'acl_replication_token', now: 'acl.tokens.replication', alsoTrue: 'acl.enable_token_replication' },
  { old: 'enable_acl_replication', now: 'acl.enable_token_replication' },
  { old: 'acl.tokens.master', now: 'acl.tokens.initial_management' },
  { old: 'acl.tokens.agent_master', now: 'acl.tokens.agent_recovery' },
  { old: 'start_join', now: 'retry_join', flag: 'join' },
  { old: 'start_join_wan', now: 'retry_join_wan', flag: 'join-wan' },
  { old: 'ui', now: 'ui_config.enabled' },
  { old: 'ui_content_path', now: 'ui_config.content_path' },
  { old: 'ui_dir', now: 'ui_config.dir' },
  { old: 'ca_file', now: 'tls.defaults.ca_file' },
  { old: 'ca_path', now: 'tls.defaults.ca_path' },
  { old: 'cert_file', now: 'tls.defaults.cert_file' },
  { old: 'key_file', now: 'tls.defaults.key_file' },
  { old: 'tls_cipher_suites', now: 'tls.defaults.tls_cipher_suites' },
  { old: 'tls_min_version', now: 'tls.defaults.tls_min_version' },
  { old: 'verify_incoming', now: 'tls.defaults.verify_incoming' },
  { old: 'verify_incoming_https', now: 'tls.https.verify_incoming' },
  { old: 'verify_incoming_rpc', now: 'tls.internal_rpc.verify_incoming' },
  { old: 'verify_outgoing', now: 'tls.defaults.verify_outgoing' },
  { old: 'verify_server_hostname', now: 'tls.internal_rpc.verify_server_hostname' },
];

const byOld: ReadonlyMap<string, RenamedKey> = new Map(renamed.map((entry) => [entry.old, entry]));

/** The entry of an old name as files write it, in lower case; `undefined`: it is none. */
export const renamedKey = (key: string): RenamedKey | undefined => byOld.get(key);
