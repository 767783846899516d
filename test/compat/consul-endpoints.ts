/** The endpoints of the HTTP API of Consul 1.8, and those that are not offered here. A path that ends in `/` matches everything below. */

export const CONSUL_ENDPOINTS: readonly string[] = [
  ...['bootstrap', 'login', 'logout', 'replication', 'policies', 'policy', 'policy/', 'policy/name/', 'roles', 'role', 'role/'].map(acl),
  ...['role/name/', 'binding-rules', 'binding-rule', 'binding-rule/', 'auth-methods', 'auth-method', 'auth-method/', 'tokens'].map(acl),
  ...['token', 'token/self', 'token/', 'create', 'update', 'destroy/', 'info/', 'clone/', 'list', 'rules/translate'].map(acl),
  acl('rules/translate/'),
  ...['token/', 'self', 'host', 'maintenance', 'reload', 'monitor', 'metrics', 'services', 'service/', 'checks', 'members'].map(agent),
  ...['join/', 'leave', 'force-leave/', 'health/service/id/', 'health/service/name/', 'check/register', 'check/deregister/'].map(agent),
  ...['check/pass/', 'check/warn/', 'check/fail/', 'check/update/', 'connect/authorize', 'connect/ca/roots'].map(agent),
  ...['connect/ca/leaf/', 'service/register', 'service/deregister/', 'service/maintenance/'].map(agent),
  ...[
    'register',
    'deregister',
    'datacenters',
    'nodes',
    'services',
    'service/',
    'connect/',
    'node/',
    'node-services/',
    'gateway-services/',
  ].map((rest) => `/v1/catalog/${rest}`),
  ...['node/', 'checks/', 'state/', 'service/', 'connect/', 'ingress/'].map((rest) => `/v1/health/${rest}`),
  ...['ca/configuration', 'ca/roots', 'intentions', 'intentions/', 'intentions/match', 'intentions/check'].map(
    (rest) => `/v1/connect/${rest}`,
  ),
  ...['datacenters', 'nodes', 'node/', 'update'].map((rest) => `/v1/coordinate/${rest}`),
  ...['raft/configuration', 'raft/peer', 'keyring', 'autopilot/configuration', 'autopilot/health'].map((rest) => `/v1/operator/${rest}`),
  ...['create', 'destroy/', 'renew/', 'info/', 'node/', 'list'].map((rest) => `/v1/session/${rest}`),
  ...['/v1/config', '/v1/config/', '/v1/discovery-chain/', '/v1/event/fire/', '/v1/event/list', '/v1/kv/', '/v1/query', '/v1/query/'],
  ...['/v1/snapshot', '/v1/status/leader', '/v1/status/peers', '/v1/txn'],
  ...['federation-states', 'federation-states/mesh-gateways', 'federation-state/', 'acl/authorize'].map(internal),
  ...['ui/nodes', 'ui/node/', 'ui/services', 'ui/gateway-services-nodes/'].map(internal),
];

const LEGACY_RULES = ['create', 'update', 'destroy/', 'info/', 'clone/', 'list', 'rules/translate', 'rules/translate/'];

const because = (reason: string, paths: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(paths.map((path) => [path, reason]));

/** `METHOD path`, or a path for all of its methods, and why. */
export const NOT_OFFERED: Readonly<Record<string, string>> = {
  ...because(
    'for Consul’s own UI and gateways',
    CONSUL_ENDPOINTS.filter((path) => path.startsWith('/v1/internal/')),
  ),
  ...because('access rules of before Consul 1.4, which later versions have no more', LEGACY_RULES.map(acl)),
};

function acl(rest: string): string {
  return `/v1/acl/${rest}`;
}

function agent(rest: string): string {
  return `/v1/agent/${rest}`;
}

function internal(rest: string): string {
  return `/v1/internal/${rest}`;
}
