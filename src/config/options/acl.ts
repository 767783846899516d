/** Options of access rules. This version has none: it takes what opens, and refuses what should close (`refused.ts`). */
import { NO_ACCESS_RULES } from '../effects.ts';
import { type BooleanOption, bool, duration, type NumberOption, type TextOption, text } from '../option.ts';
import { oneOf } from '../option-rules.ts';

const SECOND = 1_000;
const ACL = { noEffect: NO_ACCESS_RULES } as const;

export const aclEnabled: BooleanOption = bool('acl.enabled', {
  ...ACL,
  default: false,
  help: 'Judge requests by their token. Refused together with a default policy of `deny`, which this version could not keep.',
  example: true,
  shownAs: 'ACLsEnabled',
});

export const aclDefaultPolicy: TextOption = text('acl.default_policy', {
  ...ACL,
  default: 'allow',
  help: 'What is allowed where no rule says anything: `allow` or `deny`.',
  example: 'allow',
  shownAs: 'ACLDefaultPolicy',
  problem: oneOf('allow', 'deny'),
});

export const aclDownPolicy: TextOption = text('acl.down_policy', {
  ...ACL,
  default: 'extend-cache',
  help: 'What holds while no server can be asked: `allow`, `deny`, `extend-cache` or `async-cache`.',
  example: 'extend-cache',
  shownAs: 'ACLDownPolicy',
  problem: oneOf('allow', 'deny', 'extend-cache', 'async-cache'),
});

export const aclTokenTtl: NumberOption = duration('acl.token_ttl', {
  ...ACL,
  default: 30 * SECOND,
  help: 'How long an agent remembers a token.',
  example: '30s',
  shownAs: 'ACLTokenTTL',
});

export const aclPolicyTtl: NumberOption = duration('acl.policy_ttl', {
  ...ACL,
  default: 30 * SECOND,
  help: 'How long an agent remembers a policy.',
  example: '30s',
  shownAs: 'ACLPolicyTTL',
});

export const aclRoleTtl: NumberOption = duration('acl.role_ttl', {
  ...ACL,
  default: 0,
  help: 'How long an agent remembers a role.',
  example: '30s',
  shownAs: 'ACLRoleTTL',
});

export const aclEnableTokenPersistence: BooleanOption = bool('acl.enable_token_persistence', {
  ...ACL,
  default: false,
  help: 'Keep tokens that are set over the API.',
  example: true,
  shownAs: 'ACLEnableTokenPersistence',
});

export const aclEnableKeyListPolicy: BooleanOption = bool('acl.enable_key_list_policy', {
  ...ACL,
  default: false,
  help: 'Ask for the right `list` to list keys.',
  example: true,
  shownAs: 'ACLEnableKeyListPolicy',
});

export const aclEnableTokenReplication: BooleanOption = bool('acl.enable_token_replication', {
  ...ACL,
  default: false,
  help: 'Replicate tokens from the primary datacenter.',
  example: false,
  shownAs: 'ACLTokenReplication',
});

const token = (name: string, help: string, shownAs?: string): TextOption =>
  text(`acl.tokens.${name}`, {
    ...ACL,
    default: '',
    help,
    example: '2c4b1d6e-8a53-4f0e-9d17-6b0f3c5a7e21',
    isSecret: true,
    isReloadable: true,
    shownAs,
  });

export const initialManagementToken: TextOption = token('initial_management', 'The token that may do everything.', 'ACLMasterToken');
export const agentToken: TextOption = token('agent', 'The token of the agent’s own requests.', 'ACLAgentToken');
export const defaultToken: TextOption = token('default', 'The token of requests that bring none.', 'ACLToken');
export const recoveryToken: TextOption = token(
  'agent_recovery',
  'The token that works while no server can be asked.',
  'ACLAgentMasterToken',
);
export const replicationToken: TextOption = token(
  'replication',
  'The token with which access rules are replicated.',
  'ACLReplicationToken',
);
export const dnsToken: TextOption = token('dns', 'The token of DNS questions.', 'ACLDNSToken');
export const registrationToken: TextOption = token(
  'config_file_service_registration',
  'The token with which services and checks of definition files are registered.',
  'ACLConfigFileRegistrationToken',
);
