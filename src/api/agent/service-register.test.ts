import { expect, test } from 'vitest';
import { type AgentApi, startAgentApi } from '../../testing/agent-api.ts';
import { agentChecks } from './checks.ts';
import { agentServiceDeregister } from './service-deregister.ts';
import { agentServiceRegister } from './service-register.ts';
import { agentServices } from './services.ts';

const start = (settings = {}): Promise<AgentApi> =>
  startAgentApi({ routes: [agentServiceRegister, agentServiceDeregister, agentServices, agentChecks], settings });

const REGISTER = 'PUT /v1/agent/service/register';

test('A registered service shows in the shape of Consul', async () => {
  const { send } = await start();
  const answer = await send(REGISTER, { body: { Name: 'web' } });
  expect([answer.status, answer.text]).toEqual([200, '']);
  expect((await send('GET /v1/agent/services')).text).toBe(
    '{"web":{"ID":"web","Service":"web","Tags":[],"Meta":{},"Port":0,"Address":"","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Datacenter":"dc1"}}',
  );
});

test('Every field of a registration is kept, under any of its names', async () => {
  const { send } = await start();
  await send(REGISTER, {
    body: {
      id: 'gw-1',
      NAME: 'gw',
      Kind: 'mesh-gateway',
      Tags: ['a', 'b'],
      Address: '10.1.2.3',
      port: 8443,
      SocketPath: '/run/gw.sock',
      tagged_addresses: { wan: { Address: 'gw.example', Port: 443 }, lan_ipv4: { Address: '10.9.9.9', Port: 1 } },
      Meta: { team: 'net' },
      Weights: { Passing: 10, Warning: 0 },
      enable_tag_override: true,
      Proxy: { Mode: 'transparent', Config: { limit: 1 } },
      Connect: { Native: true, sidecar_service: { Port: 1 } },
      Token: 'ignored',
      Locality: { Region: 'eu' },
      Namespace: 'default',
    },
  });
  expect((await send('GET /v1/agent/services')).json).toEqual({
    'gw-1': {
      Kind: 'mesh-gateway',
      ID: 'gw-1',
      Service: 'gw',
      Tags: ['a', 'b'],
      Meta: { team: 'net' },
      Port: 8443,
      Address: '10.1.2.3',
      SocketPath: '/run/gw.sock',
      TaggedAddresses: {
        lan_ipv4: { Address: '10.9.9.9', Port: 1 },
        wan: { Address: 'gw.example', Port: 443 },
        wan_ipv4: { Address: '10.1.2.3', Port: 8443 },
      },
      Weights: { Passing: 10, Warning: 0 },
      EnableTagOverride: true,
      Proxy: { Mode: 'transparent', Config: { limit: 1 } },
      Connect: { Native: true },
      Datacenter: 'dc1',
      Locality: { Region: 'eu' },
    },
  });
});

test.each<[string, object]>([
  ['2001:db8::1', { lan_ipv6: { Address: '2001:db8::1', Port: 80 }, wan_ipv6: { Address: '2001:db8::1', Port: 80 } }],
  ['10.0.0.9', { lan_ipv4: { Address: '10.0.0.9', Port: 80 }, wan_ipv4: { Address: '10.0.0.9', Port: 80 } }],
])('The addresses for LAN and WAN of a service at %s are filled in', async (Address, expected) => {
  const { send } = await start();
  await send(REGISTER, { body: { Name: 'web', Address, Port: 80 } });
  expect((await send('GET /v1/agent/services')).json).toMatchObject({ web: { TaggedAddresses: expected } });
});

test('A service at a name gets no addresses of its own accord', async () => {
  const { send } = await start();
  await send(REGISTER, { body: { Name: 'web', Address: 'web.example' } });
  expect((await send('GET /v1/agent/services')).text).not.toContain('TaggedAddresses');
});

test.each<[unknown, number, string]>([
  [{ Port: 1 }, 400, 'Missing service name'],
  [{ Name: 'x', Prot: 1 }, 400, 'Request decode failed: json: unknown field "Prot"'],
  ['', 400, 'Request decode failed: EOF'],
  ['{', 400, 'Request decode failed: '],
  [{ Name: 'x', Port: 'y' }, 400, 'Request decode failed: json: cannot unmarshal string into Go struct field'],
  [{ Name: 'x', Address: '0.0.0.0' }, 400, 'Invalid service address'],
  [{ Name: 'x', Address: '::' }, 400, 'Invalid service address'],
  [
    { Name: 'x', Meta: { 'a b': '' } },
    400,
    "Invalid Service Meta: Couldn't load metadata pair ('a b', ''): Key contains invalid characters",
  ],
  [{ Name: 'x', Weights: { Warning: 1 } }, 400, 'Invalid Weights: Passing must be greater than 0'],
  [{ Name: 'x', Weights: { Passing: 1, Warning: -1 } }, 400, 'Invalid Weights: Warning must be greater or equal than 0'],
  [{ Name: 'x', Weights: { Passing: 65_536 } }, 400, 'Invalid Weights: DNS Weight must be between 0 and 65535'],
  [{ Name: 'x', TaggedAddresses: { lan_ipv4: { Address: '::1' } } }, 500, 'Service tagged address "lan_ipv4" must be a valid ipv4 address'],
  [{ Name: 'x', TaggedAddresses: { wan_ipv6: { Address: 'h' } } }, 500, 'Service tagged address "wan_ipv6" must be a valid ipv6 address'],
  [{ Name: 'x', Check: { Interval: '10s', TTL: '10s' } }, 400, 'Invalid check: Interval and TTL cannot both be specified'],
  [{ Name: 'x', Checks: [{}] }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
  [{ Name: 'x', Check: { TTL: '10x' } }, 400, 'Request decode failed: time: invalid duration "10x"'],
  [{ Name: 'x', Check: { TTL: '10s', Status: 'bad' } }, 400, "Status for checks must 'passing', 'warning', 'critical'"],
  [
    { Name: 'x', Check: { Args: ['true'], Interval: '10s' } },
    500,
    "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
  ],
])('%j is refused', async (body, status, text) => {
  const { send, local } = await start();
  const answer = await send(REGISTER, { body });
  expect(answer.status).toBe(status);
  expect(answer.text.startsWith(text)).toBe(true);
  expect(local.services().size).toBe(0);
});

test('Script checks are accepted where they are enabled', async () => {
  const { send, local } = await start({ scriptChecksEnabled: true });
  await send(REGISTER, { body: { Name: 'x', Check: { Args: ['true'], Interval: '10s' } } });
  expect(local.checks().get('service:x')?.type).toBe('script');
});

test.each<[object, readonly string[]]>([
  [{ Check: { TTL: '30s' } }, ['service:mail-a']],
  [{ Check: {}, Checks: [{ TTL: '30s' }] }, ['service:mail-a']],
  [{ Checks: [{ TTL: '30s' }, { TTL: '20s' }] }, ['service:mail-a:1', 'service:mail-a:2']],
  [{ Check: { TTL: '1s' }, Checks: [{ CheckID: 'own', TTL: '30s' }, { TTL: '20s' }] }, ['own', 'service:mail-a:1', 'service:mail-a:3']],
  [{ Check: { ID: 'own', ServiceID: 'ignored', TTL: '30s' } }, ['own']],
  [{ Check: {} }, []],
])('%j makes the checks %j', async (checks, ids) => {
  const { send, local } = await start();
  await send(REGISTER, { body: { Name: 'mail', ID: 'mail-a', ...checks } });
  expect([...local.checks().keys()].sort()).toEqual(ids);
});

test('The exchange of the specification gives its checks, filtered, and its catalog', async () => {
  const { send, target } = await start();
  await send(`${REGISTER}?replace-existing-checks=true`, {
    body: {
      Name: 'mail',
      ID: 'mail-a',
      Port: 25,
      Meta: { team: 'ops' },
      Checks: [{ TTL: '30s' }, { CheckID: 'mail-tcp', TCP: '127.0.0.1:25', Interval: '10s' }],
    },
  });
  await send(REGISTER, { body: { Name: 'other', Check: { TTL: '1s' } } });
  const answer = await send('GET /v1/agent/checks?filter=ServiceName%20==%20%22mail%22');
  expect(answer.text).toBe(
    '{"mail-tcp":{"Node":"edge-3","CheckID":"mail-tcp","Name":"Service \'mail\' check","Status":"critical","Notes":"","Output":"","ServiceID":"mail-a","ServiceName":"mail","ServiceTags":[],"Type":"tcp","Interval":"10s","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0},' +
      '"service:mail-a:1":{"Node":"edge-3","CheckID":"service:mail-a:1","Name":"Service \'mail\' check","Status":"critical","Notes":"","Output":"","ServiceID":"mail-a","ServiceName":"mail","ServiceTags":[],"Type":"ttl","Interval":"","Timeout":"","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0}}',
  );
  expect([...target.services.keys()]).toEqual(['mail-a', 'other']);
});

test.each<[string, boolean]>([
  ['', false],
  ['?replace-existing-checks', true],
  ['?replace-existing-checks=true', true],
  ['?replace-existing-checks=false', false],
])('With the query "%s" older checks are replaced: %s', async (query, isReplaced) => {
  const { send, local } = await start();
  await send(REGISTER, { body: { Name: 'web', Check: { CheckID: 'old', TTL: '30s' } } });
  await send(`${REGISTER}${query}`, { body: { Name: 'web', Check: { CheckID: 'new', TTL: '30s' } } });
  expect(local.checks().has('old')).toBe(!isReplaced);
});

test('Services are filtered by their fields, and a bad filter is refused', async () => {
  const { send } = await start();
  await send(REGISTER, { body: { Name: 'web', ID: 'web-1', Tags: ['blue'] } });
  await send(REGISTER, { body: { Name: 'db' } });
  expect(Object.keys((await send('GET /v1/agent/services?filter=blue%20in%20Tags')).json as object)).toEqual(['web-1']);
  const bad = await send('GET /v1/agent/services?filter=Bogus==1');
  expect([bad.status, bad.text]).toEqual([500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid']);
});

test('Without registrations the lists are empty objects', async () => {
  const { send } = await start();
  expect((await send('GET /v1/agent/services')).text).toBe('{}');
  expect((await send('GET /v1/agent/checks')).text).toBe('{}');
});

test('A deregistration removes service and checks; an unknown id is 404', async () => {
  const { send, local, target } = await start();
  await send(REGISTER, { body: { Name: 'web', Check: { TTL: '30s' } } });
  expect(await send('PUT /v1/agent/service/deregister/web')).toMatchObject({ status: 200, text: '' });
  expect([local.services().size, local.checks().size, target.services.size]).toEqual([0, 0, 0]);
  expect(await send('PUT /v1/agent/service/deregister/web')).toMatchObject({
    status: 404,
    text: 'Unknown service ID "web". Ensure that the service ID is passed, not the service name.',
  });
});

test('Names may hold anything, `__proto__` too', async () => {
  const { send } = await start();
  await send(REGISTER, { body: { Name: '__proto__', Meta: { constructor: 'x' } } });
  expect((await send('GET /v1/agent/services')).text).toMatch(/^\{"__proto__":\{"ID":"__proto__","Service":"__proto__"/);
});

test('Registering needs the right on the new name and on the one it replaces', async () => {
  const { send, local } = await startAgentApi({
    routes: [agentServiceRegister, agentServiceDeregister],
    authorizer: { allows: (_rule, segment) => segment !== 'secret' },
  });
  expect(await send(REGISTER, { body: { Name: 'secret' } })).toMatchObject({ status: 403, text: 'Permission denied' });
  await send(REGISTER, { body: { Name: 'web' } });
  for (const service of local.services().values()) await local.registerService({ ...service, name: 'secret' }, []);
  expect((await send(REGISTER, { body: { Name: 'web' } })).status).toBe(403);
  expect((await send('PUT /v1/agent/service/deregister/web')).status).toBe(403);
});
