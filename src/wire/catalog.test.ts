/** The JSON of the catalog, to the byte, by the examples of the spec (sections 2, 3 and 17). */
import { expect, test } from 'vitest';
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { checkJson, localityJson, nodeJson, serviceEntryJson, serviceJson, serviceNodeJson } from './catalog.ts';
import { indentJson } from './json.ts';

const NODE: Node = {
  id: '7e1c0000-0000-0000-0000-000000000000',
  name: 'edge-3',
  address: '10.9.0.3',
  taggedAddresses: { wan: '10.9.0.3', lan: '10.9.0.3' },
  meta: { 'consul-version': '1.21.0', 'consul-network-segment': '' },
  locality: undefined,
  createIndex: 13,
  modifyIndex: 15,
};

const SERVICE: Service = {
  id: 'orders-1',
  name: 'orders',
  kind: '',
  tags: ['v2'],
  address: '',
  port: 7000,
  socketPath: '',
  taggedAddresses: undefined,
  meta: {},
  weights: { passing: 1, warning: 1 },
  enableTagOverride: false,
  proxy: undefined,
  connectNative: false,
  locality: undefined,
  node: 'edge-3',
  owner: 'o',
  createIndex: 58,
  modifyIndex: 58,
};

const CHECK: Check = {
  node: 'edge-3',
  id: 'serfHealth',
  name: 'Serf Health Status',
  status: 'passing',
  notes: '',
  output: 'Agent alive and reachable',
  serviceId: '',
  serviceName: '',
  serviceTags: [],
  type: '',
  interval: '',
  timeout: '',
  exposedPort: 0,
  definition: undefined,
  owner: 'o',
  createIndex: 13,
  modifyIndex: 13,
};

const NODE_JSON =
  '{"ID":"7e1c0000-0000-0000-0000-000000000000","Node":"edge-3","Address":"10.9.0.3","Datacenter":"dc1","TaggedAddresses":{"lan":"10.9.0.3","wan":"10.9.0.3"},"Meta":{"consul-network-segment":"","consul-version":"1.21.0"},"CreateIndex":13,"ModifyIndex":15}';
const SERVICE_JSON =
  '{"ID":"orders-1","Service":"orders","Tags":["v2"],"Address":"","Meta":{},"Port":7000,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Proxy":{"Mode":"","MeshGateway":{},"Expose":{}},"Connect":{},"PeerName":"","CreateIndex":58,"ModifyIndex":58}';
const CHECK_JSON =
  '{"Node":"edge-3","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","Notes":"","Output":"Agent alive and reachable","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":13,"ModifyIndex":13}';

test('An element of health/service is the example of the spec', () => {
  expect(serviceEntryJson({ node: NODE, service: SERVICE, checks: [CHECK] }, 'dc1')).toBe(
    `{"Node":${NODE_JSON},"Service":${SERVICE_JSON},"Checks":[${CHECK_JSON}]}`,
  );
  expect(serviceEntryJson({ node: NODE, service: SERVICE, checks: [] }, 'dc1')).toMatch(/"Checks":\[\]\}$/);
});

test('An external node has nulls where nothing was given, and a locality only if it has one', () => {
  const bare: Node = { ...NODE, id: '', taggedAddresses: undefined, meta: undefined, locality: { region: 'eu', zone: '' } };
  expect(nodeJson(bare, 'dc1')).toBe(
    '{"ID":"","Node":"edge-3","Address":"10.9.0.3","Datacenter":"dc1","TaggedAddresses":null,"Meta":null,"Locality":{"Region":"eu"},"CreateIndex":13,"ModifyIndex":15}',
  );
  expect(localityJson({ region: 'eu', zone: 'a' })).toBe('{"Region":"eu","Zone":"a"}');
});

const RICH: Service = {
  ...SERVICE,
  kind: 'connect-proxy',
  tags: [],
  address: '10.1.1.1',
  port: 0,
  socketPath: '/run/a.sock',
  taggedAddresses: { wan: { address: 'w', port: 2 }, lan: { address: 'l', port: 1 } },
  meta: undefined,
  proxy: { DestinationServiceName: 'web', Config: { big: 2n ** 63n } },
  connectNative: true,
  enableTagOverride: true,
  locality: { region: 'eu', zone: 'a' },
};

test('A service shows what it has and leaves out what Consul leaves out', () => {
  expect(serviceJson(RICH)).toBe(
    '{"Kind":"connect-proxy","ID":"orders-1","Service":"orders","Tags":[],"Address":"10.1.1.1","TaggedAddresses":{"lan":{"Address":"l","Port":1},"wan":{"Address":"w","Port":2}},"Meta":null,"SocketPath":"/run/a.sock","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":true,"Proxy":{"DestinationServiceName":"web","Config":{"big":9223372036854775808}},"Connect":{"Native":true},"PeerName":"","Locality":{"Region":"eu","Zone":"a"},"CreateIndex":58,"ModifyIndex":58}',
  );
});

test('The flat form always shows port, kind, socket and locality, and never a null of metadata', () => {
  expect(serviceNodeJson({ node: NODE, service: RICH }, 'dc1')).toBe(
    '{"ID":"7e1c0000-0000-0000-0000-000000000000","Node":"edge-3","Address":"10.9.0.3","Datacenter":"dc1","TaggedAddresses":{"lan":"10.9.0.3","wan":"10.9.0.3"},"NodeMeta":{"consul-network-segment":"","consul-version":"1.21.0"},"ServiceKind":"connect-proxy","ServiceID":"orders-1","ServiceName":"orders","ServiceTags":[],"ServiceAddress":"10.1.1.1","ServiceTaggedAddresses":{"lan":{"Address":"l","Port":1},"wan":{"Address":"w","Port":2}},"ServiceWeights":{"Passing":1,"Warning":1},"ServiceMeta":{},"ServicePort":0,"ServiceSocketPath":"/run/a.sock","ServiceEnableTagOverride":true,"ServiceProxy":{"DestinationServiceName":"web","Config":{"big":9223372036854775808}},"ServiceConnect":{"Native":true},"ServiceLocality":{"Region":"eu","Zone":"a"},"CreateIndex":58,"ModifyIndex":58}',
  );
  expect(serviceNodeJson({ node: NODE, service: SERVICE }, 'dc1')).toContain('"ServiceLocality":null,');
});

test('A check shows its definition as it was given', () => {
  expect(checkJson({ ...CHECK, definition: { Interval: '30s', TCP: '10.9.8.2:631' }, interval: '10s', exposedPort: 1 })).toContain(
    '"Interval":"10s","Timeout":"","ExposedPort":1,"Definition":{"Interval":"30s","TCP":"10.9.8.2:631"},',
  );
});

test('Texts are escaped as Go escapes them, wherever they stand', () => {
  const evil = '"<&>\u2028\\\n';
  const escaped = '"\\"\\u003c\\u0026\\u003e\\u2028\\\\\\n"';
  const node = { ...NODE, id: evil, name: evil, address: evil, meta: { [evil]: evil }, taggedAddresses: { [evil]: evil } };
  const service = { ...RICH, id: evil, name: evil, kind: evil, tags: [evil], address: evil, socketPath: evil, meta: { [evil]: evil } };
  const check = {
    ...CHECK,
    node: evil,
    id: evil,
    name: evil,
    notes: evil,
    output: evil,
    serviceId: evil,
    serviceName: evil,
    serviceTags: [evil],
  };
  const texts = [
    nodeJson(node, evil),
    serviceJson(service),
    serviceNodeJson({ node, service }, evil),
    checkJson({ ...check, type: evil, interval: evil, timeout: evil }),
  ];
  for (const text of texts) {
    expect(() => indentJson(text)).not.toThrow();
    expect(Object.values(JSON.parse(text) as object)).toContain(evil);
    expect(text.split(escaped).length - 1).toBeGreaterThanOrEqual(7);
  }
});
