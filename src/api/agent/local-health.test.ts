import { expect, test } from 'vitest';
import { type AgentApi, startAgentApi } from '../../testing/agent-api.ts';
import { agentCheckRegister } from './check-register.ts';
import { agentHealthServiceById } from './health-service-by-id.ts';
import { agentHealthServiceByName } from './health-service-by-name.ts';
import { agentNodeMaintenance } from './node-maintenance.ts';
import { agentServiceMaintenance } from './service-maintenance.ts';
import { agentServiceRegister } from './service-register.ts';

const BY_ID = 'GET /v1/agent/health/service/id/';
const BY_NAME = 'GET /v1/agent/health/service/name/';

/** Services of the name `web`: one of each status, named by it, and `bare` without a check. */
async function start(): Promise<AgentApi> {
  const routes = [
    agentHealthServiceById,
    agentHealthServiceByName,
    agentServiceRegister,
    agentServiceMaintenance,
    agentNodeMaintenance,
    agentCheckRegister,
  ];
  const api = await startAgentApi({ routes });
  for (const Status of ['passing', 'warning', 'critical']) {
    await api.send('PUT /v1/agent/service/register', { body: { Name: 'web', ID: Status, Check: { TTL: '1h', Status } } });
  }
  await api.send('PUT /v1/agent/service/register', { body: { Name: 'bare' } });
  return api;
}

test.each([
  ['bare', 200, 'passing'],
  ['passing', 200, 'passing'],
  ['warning', 429, 'warning'],
  ['critical', 503, 'critical'],
])('The service %s answers %i and %s', async (id, status, word) => {
  const { send } = await start();
  const answer = await send(`${BY_ID}${id}`);
  expect(answer).toMatchObject({ status, headers: { 'X-Consul-Reason': word }, json: { AggregatedStatus: word, Service: { ID: id } } });
  expect(await send(`${BY_ID}${id}?format=text`)).toMatchObject({ status, text: word });
  expect(await send(`${BY_ID}${id}`, { headers: { accept: 'text/plain, */*' } })).toMatchObject({ status, text: word });
});

test('The JSON holds service and checks in the shape of Consul', async () => {
  const { send } = await start();
  expect((await send(`${BY_ID}warning`)).text).toBe(
    '{"AggregatedStatus":"warning","Service":{"ID":"warning","Service":"web","Tags":[],"Meta":{},"Port":0,"Address":"","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"Datacenter":"dc1"},' +
      '"Checks":[{"Node":"edge-3","CheckID":"service:warning","Name":"Service \'web\' check","Status":"warning","Notes":"","Output":"","ServiceID":"warning","ServiceName":"web","ServiceTags":[],"Type":"ttl","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0}]}',
  );
});

test('Checks of the node count for every service', async () => {
  const { send } = await start();
  await send('PUT /v1/agent/check/register', { body: { Name: 'disk', TTL: '1h', Status: 'warning' } });
  expect((await send(`${BY_ID}passing?format=text`)).text).toBe('warning');
  expect((await send(`${BY_ID}critical?format=text`)).text).toBe('critical');
});

test('By name the worst instance decides', async () => {
  const { send } = await start();
  const answer = await send(`${BY_NAME}web`);
  expect(answer).toMatchObject({ status: 503, headers: { 'X-Consul-Reason': 'critical' } });
  expect((answer.json as { AggregatedStatus: string }[]).map((health) => health.AggregatedStatus)).toEqual([
    'passing',
    'warning',
    'critical',
  ]);
  expect(await send(`${BY_NAME}web?format=text`)).toMatchObject({ status: 503, text: 'critical' });
});

test('Maintenance of a service is worse than critical, and ends again', async () => {
  const { send } = await start();
  expect(await send('PUT /v1/agent/service/maintenance/critical?enable=true&reason=disk')).toMatchObject({ status: 200, text: '' });
  expect(await send(`${BY_ID}critical?format=text`)).toMatchObject({ status: 503, text: 'maintenance' });
  expect(await send(`${BY_NAME}web?format=text`)).toMatchObject({ status: 503, text: 'maintenance' });
  await send('PUT /v1/agent/service/maintenance/critical?enable=false');
  expect((await send(`${BY_ID}critical?format=text`)).text).toBe('critical');
});

test('Maintenance of the node covers all services', async () => {
  const { send } = await start();
  expect(await send('PUT /v1/agent/maintenance?enable=1')).toMatchObject({ status: 200, text: '' });
  expect((await send(`${BY_ID}bare?format=text`)).text).toBe('maintenance');
  await send('PUT /v1/agent/maintenance?enable=0');
  expect((await send(`${BY_ID}bare?format=text`)).text).toBe('passing');
});

test.each<[string, number, string, string]>([
  [`${BY_ID}x`, 404, '{"AggregatedStatus":"critical","Service":null,"Checks":null}', 'ServiceId x not found'],
  [`${BY_ID}x?format=text`, 404, 'ServiceId x not found', 'ServiceId x not found'],
  [`${BY_NAME}x`, 404, '[]', 'ServiceName x Not Found'],
  [`${BY_NAME}x?format=text`, 404, 'ServiceName x Not Found', 'ServiceName x Not Found'],
])('%s answers %i', async (call, status, text, reason) => {
  const { send } = await start();
  expect(await send(call)).toMatchObject({ status, text, headers: { 'X-Consul-Reason': reason } });
});

test('A reason holds nothing that a header may not hold', async () => {
  const { send } = await start();
  expect((await send(`${BY_ID}%C3%A9`)).headers['X-Consul-Reason']).toBe('ServiceId ? not found');
});

test.each([
  [BY_ID, 400, 'Missing serviceID'],
  [BY_NAME, 400, 'Missing service Name'],
  ['PUT /v1/agent/service/maintenance/?enable=true', 400, 'Missing service ID'],
  ['PUT /v1/agent/service/maintenance/passing', 400, 'Missing value for enable'],
  ['PUT /v1/agent/service/maintenance/passing?enable=x', 400, 'Invalid value for enable: "x"'],
  ['PUT /v1/agent/maintenance', 400, 'Missing value for enable'],
  [
    'PUT /v1/agent/service/maintenance/nope?enable=true',
    404,
    'Unknown service ID "nope". Ensure that the service ID is passed, not the service name.',
  ],
])('%s is refused with %i', async (call, status, text) => {
  const { send } = await start();
  expect(await send(call)).toMatchObject({ status, text });
});
