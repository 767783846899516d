import { expect, test } from 'vitest';
import type { Check } from '../../model/check.ts';
import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { ServiceEntry } from '../entries.ts';
import { checkFields } from './check-fields.ts';
import { compileFilter } from './evaluate.ts';
import type { FieldTable } from './fields.ts';
import { memberFields } from './member-fields.ts';
import { nodeFields } from './node-fields.ts';
import { serviceEntryFields } from './service-entry-fields.ts';
import { serviceFields } from './service-fields.ts';
import { serviceNodeFields } from './service-node-fields.ts';

const node: Node = {
  id: 'f0a1',
  name: 'n1',
  address: '10.0.0.1',
  taggedAddresses: { lan: '10.0.0.1' },
  meta: { rack: 'r1' },
  locality: undefined,
  createIndex: 1,
  modifyIndex: 1,
};

const service: Service = {
  node: 'n1',
  id: 'web-1',
  name: 'web',
  kind: 'connect-proxy',
  tags: ['v1', 'blue'],
  address: '10.0.0.2',
  port: 8080,
  socketPath: '/run/web.sock',
  taggedAddresses: { lan: { address: '10.0.0.3', port: 81 } },
  meta: { version: '2', 'a-b': 'c' },
  weights: { passing: 10, warning: 1 },
  enableTagOverride: true,
  proxy: {
    DestinationServiceName: 'db',
    DestinationServiceID: 'db-1',
    LocalServiceAddress: '127.0.0.1',
    LocalServicePort: 9000,
    Mode: 'direct',
    MeshGateway: { Mode: 'local' },
    Upstreams: [
      {
        DestinationType: 'service',
        DestinationNamespace: 'ns',
        DestinationName: 'cache',
        Datacenter: 'dc2',
        LocalBindAddress: '127.0.0.2',
        LocalBindPort: 9100,
        MeshGateway: { Mode: 'remote' },
      },
    ],
  },
  connectNative: false,
  locality: undefined,
  owner: '',
  createIndex: 2,
  modifyIndex: 2,
};

const check: Check = {
  node: 'n1',
  id: 'c1',
  name: 'ping',
  status: 'warning',
  notes: 'note',
  output: 'slow answer',
  serviceId: 'web-1',
  serviceName: 'web',
  serviceTags: ['v1'],
  type: 'http',
  interval: '10s',
  timeout: '2s',
  exposedPort: 21500,
  definition: undefined,
  owner: '',
  createIndex: 3,
  modifyIndex: 3,
};

const entry: ServiceEntry = { node, service, checks: [check] };
const member = { name: 'n1', address: '10.0.0.1', port: 8301, tags: { role: 'node' }, status: 1 };

const proxySelectors = (prefix: string): string[] => [
  `${prefix}.DestinationServiceName == db`,
  `${prefix}.DestinationServiceID == "db-1"`,
  `${prefix}.LocalServiceAddress == "127.0.0.1"`,
  `${prefix}.LocalServicePort == 9000`,
  `${prefix}.Mode == direct`,
  `${prefix}.MeshGateway.Mode == local`,
  `${prefix}.Upstreams is not empty`,
  `${prefix}.Upstreams.DestinationType == service`,
  `${prefix}.Upstreams.DestinationNamespace == ns`,
  `${prefix}.Upstreams.DestinationName == cache`,
  `${prefix}.Upstreams.Datacenter == dc2`,
  `${prefix}.Upstreams.LocalBindAddress == "127.0.0.2"`,
  `${prefix}.Upstreams.LocalBindPort == 9100`,
  `${prefix}.Upstreams.MeshGateway.Mode == remote`,
];

const nodeSelectors = [
  'ID == f0a1',
  'Node == n1',
  'Address == "10.0.0.1"',
  'Datacenter == dc1',
  'lan in TaggedAddresses',
  'TaggedAddresses.lan == "10.0.0.1"',
  'rack in Meta',
  'Meta.rack == r1',
  'PeerName == ""',
  'Partition == ""',
];

const serviceSelectors = [
  'ID == "web-1"',
  'Service == web',
  'Kind == "connect-proxy"',
  'v1 in Tags',
  'Address == "10.0.0.2"',
  'lan in TaggedAddresses',
  'TaggedAddresses.lan.Address == "10.0.0.3"',
  'TaggedAddresses.lan.Port == 81',
  'version in Meta',
  'Meta["a-b"] == c',
  'Port == 8080',
  'SocketPath == "/run/web.sock"',
  'Weights.Passing == 10',
  'Weights.Warning == 1',
  'EnableTagOverride == true',
  'Connect.Native == false',
  ...proxySelectors('Proxy'),
];

const checkSelectors = [
  'Node == n1',
  'CheckID == c1',
  'Name == ping',
  'Status == warning',
  'Notes == note',
  'Output contains answer',
  'ServiceID == "web-1"',
  'ServiceName == web',
  'v1 in ServiceTags',
  'Type == http',
  'Interval == "10s"',
  'Timeout == "2s"',
  'ExposedPort == 21500',
];

const serviceNodeSelectors = [
  ...['ID == f0a1', 'Node == n1', 'Address == "10.0.0.1"', 'Datacenter == dc1', 'TaggedAddresses.lan == "10.0.0.1"', 'NodeMeta.rack == r1'],
  'ServiceKind == "connect-proxy"',
  'ServiceID == "web-1"',
  'ServiceName == web',
  'ServiceTags contains blue',
  'ServiceAddress == "10.0.0.2"',
  'ServiceTaggedAddresses.lan.Address == "10.0.0.3"',
  'ServiceTaggedAddresses.lan.Port == 81',
  'ServiceWeights.Passing == 10',
  'ServiceWeights.Warning == 1',
  'ServiceMeta.version == 2',
  'ServicePort == 8080',
  'ServiceSocketPath == "/run/web.sock"',
  'ServiceEnableTagOverride == true',
  'ServiceConnect.Native == false',
  ...proxySelectors('ServiceProxy'),
];

const under = (prefix: string, selectors: readonly string[]): string[] =>
  selectors.map((selector) => (/ in \w+$/.test(selector) ? selector.replace(' in ', ` in ${prefix}.`) : `${prefix}.${selector}`));

const entrySelectors = [
  'Checks is not empty',
  ...under('Node', nodeSelectors),
  ...under('Service', serviceSelectors),
  ...under('Checks', checkSelectors),
];

const memberSelectors = ['Name == n1', 'Addr == "10.0.0.1"', 'Port == 8301', 'Status == 1', 'role in Tags', 'Tags.role == node'];

function expectAll<T>(fields: FieldTable<T>, selectors: readonly string[], item: T): void {
  for (const selector of selectors) {
    const matches = compileFilter(fields, selector, { datacenter: 'dc1' });
    expect([selector, matches?.(item)]).toEqual([selector, true]);
    const inverse = compileFilter(fields, `not ${selector}`, { datacenter: 'dc1' });
    expect([selector, inverse?.(item)]).toEqual([selector, false]);
  }
}

test('nodes have the selectors of /v1/catalog/nodes', () => expectAll(nodeFields, nodeSelectors, node));
test('instances have the selectors of /v1/catalog/node', () => expectAll(serviceFields, serviceSelectors, service));
test('checks have the selectors of /v1/health/state', () => expectAll(checkFields, checkSelectors, check));
test('flat instances have the selectors of /v1/catalog/service', () => expectAll(serviceNodeFields, serviceNodeSelectors, entry));
test('entries have the selectors of /v1/health/service', () => expectAll(serviceEntryFields, entrySelectors, entry));
test('members have the selectors of /v1/agent/members', () => expectAll(memberFields, memberSelectors, member));

test('an ordinary service has a proxy of zero values', () => {
  const ordinary = { ...service, proxy: undefined };
  expectAll(
    serviceFields,
    ['Proxy.Mode == ""', 'Proxy.LocalServicePort == 0', 'Proxy.MeshGateway.Mode == ""', 'Proxy.Upstreams is empty'],
    ordinary,
  );
  expectAll(serviceFields, ['Proxy.Mode == ""', 'Proxy.Upstreams is empty'], { ...service, proxy: { Mode: 1, Upstreams: 'x' } });
});
