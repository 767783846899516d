/** Registering and deregistering through the catalog (spec sections 4.1, 4.2 and 17). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer } from '../../testing/test-server.ts';

let send: Send;

beforeEach(async () => {
  ({ send } = await startTestServer());
});

const register = (body: unknown): Promise<Reply> => send('PUT /v1/catalog/register', { body });
const deregister = (body: unknown): Promise<Reply> => send('PUT /v1/catalog/deregister', { body });
const shown = ({ status, text }: Reply): unknown => [status, text];

const PRINTER = {
  Node: 'printer-2',
  Address: '10.9.8.2',
  NodeMeta: { 'external-node': 'true', 'external-probe': 'true' },
  Service: { Service: 'print', Port: 631 },
  Checks: [{ Name: 'ping', Status: 'passing', ServiceID: 'print', Definition: { TCP: '10.9.8.2:631', Interval: '30s', Timeout: '3s' } }],
};

test('An external node is registered and read back, to the byte as Consul shows it', async () => {
  expect(shown(await register(PRINTER))).toEqual([200, 'true']);
  const { text, index } = await send('GET /v1/catalog/service/print');
  expect(text).toBe(
    `[{"ID":"","Node":"printer-2","Address":"10.9.8.2","Datacenter":"dc1","TaggedAddresses":null,"NodeMeta":{"external-node":"true","external-probe":"true"},"ServiceKind":"","ServiceID":"print","ServiceName":"print","ServiceTags":[],"ServiceAddress":"","ServiceWeights":{"Passing":1,"Warning":1},"ServiceMeta":{},"ServicePort":631,"ServiceSocketPath":"","ServiceEnableTagOverride":false,"ServiceProxy":{"Mode":"","MeshGateway":{},"Expose":{}},"ServiceConnect":{},"ServiceLocality":null,"CreateIndex":${index},"ModifyIndex":${index}}]`,
  );
  expect((await send('GET /v1/health/checks/print')).text).toBe(
    `[{"Node":"printer-2","CheckID":"ping","Name":"ping","Status":"passing","Notes":"","Output":"","ServiceID":"print","ServiceName":"print","ServiceTags":[],"Type":"tcp","Interval":"","Timeout":"","ExposedPort":0,"Definition":{"Interval":"30s","Timeout":"3s","TCP":"10.9.8.2:631"},"CreateIndex":${index},"ModifyIndex":${index}}]`,
  );
  expect(shown(await deregister({ Node: 'printer-2' }))).toEqual([200, 'true']);
  expect(shown(await send('GET /v1/catalog/node/printer-2'))).toEqual([200, 'null']);
});

test('The same registration again moves no index', async () => {
  await register(PRINTER);
  const before = await send('GET /v1/catalog/node/printer-2');
  await register(PRINTER);
  const after = await send('GET /v1/catalog/node/printer-2');
  expect([after.text, after.index]).toEqual([before.text, before.index]);
});

test('Registering what was read back changes nothing', async () => {
  await register(PRINTER);
  const read = await send('GET /v1/catalog/node/printer-2');
  const { Node: node, Services: services } = read.json<{ Node: Record<string, unknown>; Services: Record<string, unknown> }>();
  const again = {
    Node: node.Node,
    Address: node.Address,
    NodeMeta: node.Meta,
    TaggedAddresses: node.TaggedAddresses,
    Service: services.print,
  };
  expect(shown(await register(again))).toEqual([200, 'true']);
  expect((await send('GET /v1/catalog/node/printer-2')).text).toBe(read.text);
});

const NODE = { Node: 'n', Address: '10.0.0.9' };

test.each<[string, unknown, number, string]>([
  ['no body', '', 400, 'Request decode failed: EOF'],
  ['half a body', '{"Node":', 400, 'Request decode failed: unexpected EOF'],
  ['an unknown field', { ...NODE, Prot: 1 }, 400, 'Request decode failed: json: unknown field "Prot"'],
  [
    'a namespace',
    { ...NODE, Namespace: 'x' },
    400,
    'Request decode failed: json: unknown field "Namespace" - Namespaces are a Consul Enterprise feature',
  ],
  [
    'an unknown field of the service',
    { ...NODE, Service: { Service: 's', Prot: 1 } },
    400,
    'Request decode failed: json: unknown field "Prot"',
  ],
  [
    'a proxy that is none',
    { ...NODE, Service: { Service: 's', Proxy: 'x' } },
    400,
    'Request decode failed: json: cannot unmarshal string into Go struct field .Service.Proxy of type map',
  ],
  ['another datacenter', { ...NODE, Datacenter: 'mars' }, 500, 'No path to datacenter'],
  ['no node', { Address: '1.2.3.4' }, 500, 'Must provide node'],
  ['no address', { Node: 'n' }, 500, 'Must provide address if SkipNodeUpdate is not set'],
  ['a short node id', { ...NODE, ID: 'abc' }, 500, 'Bad node ID: uuid string is wrong length'],
  ['a node id of other letters', { ...NODE, ID: 'z'.repeat(36) }, 500, 'Bad node ID: uuid is improperly formatted'],
  [
    'a service without a name',
    { ...NODE, Service: { ID: 's' } },
    500,
    'Must provide service name (Service.Service) when service ID is provided',
  ],
  ['a service on every address', { ...NODE, Service: { Service: 's', Address: '0.0.0.0' } }, 500, 'Invalid service address'],
  ['a service on every IPv6 address', { ...NODE, Service: { Service: 's', Address: '::' } }, 500, 'Invalid service address'],
  [
    'bad metadata',
    { ...NODE, Service: { Service: 's', Meta: { 'a b': '1' } } },
    500,
    "Invalid Service Meta for node n and serviceID s: Couldn't load metadata pair ('a b', '1'): Key contains invalid characters",
  ],
  [
    'a check of another node',
    { ...NODE, Check: { Node: 'm', CheckID: 'c', Name: 'x' } },
    500,
    "Node 'm' for check 'c' doesn't match register request node 'n'",
  ],
  ['a check of an unknown service', { ...NODE, Check: { CheckID: 'c', ServiceID: 's' } }, 500, "Unknown service ID 's' for check ID 'c'"],
  [
    'a check with a strange status',
    { ...NODE, Check: { Name: 'c', Status: 'fine' } },
    500,
    "Status for checks must 'passing', 'warning', 'critical'",
  ],
  ['a check without a name', { ...NODE, Checks: [{}] }, 500, 'Must provide check ID or check name'],
  [
    'a bad duration',
    { ...NODE, Check: { Name: 'c', Definition: { Interval: '10' } } },
    400,
    'Request decode failed: time: invalid duration "10"',
  ],
])('%s is refused, and nothing is written', async (_what, body, status, text) => {
  expect(shown(await register(body))).toEqual([status, text]);
  expect((await send('GET /v1/catalog/node/n')).text).toBe('null');
});

test('Keys are found in any case, and fields of Enterprise with the value that means nothing are taken', async () => {
  expect((await register({ node: 'n', ADDRESS: '10.0.0.9', Namespace: 'default', service: { service: 's', port: 1 } })).status).toBe(200);
  expect((await send('GET /v1/catalog/service/s')).json()).toMatchObject([{ Node: 'n', ServicePort: 1 }]);
});

test('Check is short for one of Checks, its id is its name unless given, and it is critical unless it says so', async () => {
  await register({ ...NODE, Check: { name: 'a' }, Checks: [{ CheckID: 'b', Name: 'B', Status: 'warning', Node: 'N' }] });
  const checks = (await send('GET /v1/health/node/n')).json<{ CheckID: string; Name: string; Status: string }[]>();
  expect(checks.map(({ CheckID, Name, Status }) => `${CheckID} ${Name} ${Status}`).sort()).toEqual(['a a critical', 'b B warning']);
});

test('With SkipNodeUpdate an existing node stays as it is, and an address is not needed', async () => {
  await register({ ...NODE, NodeMeta: { a: '1' } });
  expect((await register({ Node: 'n', SkipNodeUpdate: true, NodeMeta: { a: '2' }, Service: { Service: 's' } })).status).toBe(200);
  expect((await send('GET /v1/catalog/node/n')).json()).toMatchObject({
    Node: { Address: '10.0.0.9', Meta: { a: '1' } },
    Services: { s: {} },
  });
});

test('A live node keeps its name from another id', async () => {
  const [first, second] = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-1111-1111-111111111111`);
  await register({ ...NODE, ID: first, Check: { CheckID: 'serfHealth', Name: 'x', Status: 'passing' } });
  const refused = await register({ ...NODE, ID: second });
  expect(refused.status).toBe(500);
  expect(refused.text).toContain(
    `failed inserting node: Error while renaming Node ID: "${second}": Node name n is reserved by node ${first}`,
  );
});

test('A service is deregistered with its checks, a check alone, and what is not there is fine', async () => {
  await register({ ...NODE, Service: { Service: 's' }, Checks: [{ Name: 'of-s', ServiceID: 's' }, { Name: 'of-n' }] });
  for (const body of [{ Node: 'n', CheckID: 'none' }, { Node: 'n', ServiceID: 'none' }, { Node: 'none' }]) {
    expect(shown(await deregister(body))).toEqual([200, 'true']);
  }
  expect((await send('GET /v1/health/node/n')).json()).toHaveLength(2);
  await deregister({ Node: 'N', ServiceID: 's', CheckID: 'of-n' });
  expect((await send('GET /v1/health/node/n')).json()).toMatchObject([{ CheckID: 'of-n' }]);
  await deregister({ Node: 'n', CheckID: 'of-n', Address: 'ignored', Datacenter: 'dc1' });
  expect((await send('GET /v1/health/node/n')).text).toBe('[]');
});

test.each<[string, unknown, number, string]>([
  ['no node', { ServiceID: 's' }, 500, 'Must provide node'],
  ['another datacenter', { Node: 'n', Datacenter: 'mars' }, 500, 'No path to datacenter'],
  ['an unknown field', { Node: 'n', Service: 's' }, 400, 'Request decode failed: json: unknown field "Service"'],
  ['no body', '', 400, 'Request decode failed: EOF'],
])('A deregistration with %s is refused', async (_what, body, status, text) => {
  expect(shown(await deregister(body))).toEqual([status, text]);
});
