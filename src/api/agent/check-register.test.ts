import { expect, test } from 'vitest';
import { type AgentApi, startAgentApi } from '../../testing/agent-api.ts';
import { httpAnswer } from '../../testing/fake-prober.ts';
import { agentCheckDeregister } from './check-deregister.ts';
import { agentCheckFail } from './check-fail.ts';
import { agentCheckPass } from './check-pass.ts';
import { agentCheckRegister } from './check-register.ts';
import { agentCheckUpdate } from './check-update.ts';
import { agentCheckWarn } from './check-warn.ts';
import { agentChecks } from './checks.ts';
import { agentServiceRegister } from './service-register.ts';

const ROUTES = [
  agentCheckRegister,
  agentCheckDeregister,
  agentCheckPass,
  agentCheckWarn,
  agentCheckFail,
  agentCheckUpdate,
  agentChecks,
  agentServiceRegister,
];
const start = (): Promise<AgentApi> => startAgentApi({ routes: ROUTES });
const REGISTER = 'PUT /v1/agent/check/register';

test('A check of the node shows in the shape of Consul', async () => {
  const { send } = await start();
  expect(await send(REGISTER, { body: { Name: 'disk', Notes: 'why', TTL: '15s' } })).toMatchObject({ status: 200, text: '' });
  expect((await send('GET /v1/agent/checks')).text).toBe(
    '{"disk":{"Node":"edge-3","CheckID":"disk","Name":"disk","Status":"critical","Notes":"why","Output":"","ServiceID":"","ServiceName":"","ServiceTags":[],"Type":"ttl","Interval":"0s","Timeout":"0s","ExposedPort":0,"Definition":{},"CreateIndex":0,"ModifyIndex":0}}',
  );
});

test('A check of a service carries its name and tags', async () => {
  const { send, local, target } = await start();
  await send('PUT /v1/agent/service/register', { body: { Name: 'web', ID: 'web-1', Tags: ['a'] } });
  await send(REGISTER, { body: { ID: 'c1', Name: 'up', service_id: 'web-1', TTL: '15s', Status: 'passing' } });
  expect(local.checks().get('c1')).toMatchObject({ serviceName: 'web', serviceTags: ['a'], status: 'passing', interval: '0s' });
  expect(target.checks.get('c1')).toMatchObject({ status: 'passing', serviceId: 'web-1' });
});

test('CheckID is accepted for ID', async () => {
  const { send, local } = await start();
  await send(REGISTER, { body: { CheckID: 'c1', Name: 'up', TTL: '15s' } });
  expect([...local.checks().keys()]).toEqual(['c1']);
});

test.each<[unknown, number, string]>([
  [{ TTL: '15s' }, 400, 'Missing check name'],
  [{ Name: 'x', TTL: '15s', Status: 'green' }, 400, 'Bad check status'],
  [{ Name: 'x' }, 400, 'Invalid check: TTL must be > 0 for TTL checks'],
  [{ Name: 'x', HTTP: 'http://h' }, 400, 'Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks'],
  [{ Name: 'x', Script: 'true', Interval: '10s' }, 400, 'Request decode failed: json: unknown field "Script"'],
  [{ Name: 'x', TTL: '15s', ServiceID: 'nope' }, 404, 'ServiceID "nope" does not exist'],
  [
    { Name: 'x', ScriptArgs: ['true'], Interval: '10s' },
    500,
    "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true",
  ],
])('%j is refused', async (body, status, text) => {
  const { send } = await start();
  expect(await send(REGISTER, { body })).toMatchObject({ status, text });
});

test('Durations are texts or nanoseconds', async () => {
  const { send, local } = await start();
  await send(REGISTER, { body: { Name: 'x', TCP: 'localhost:1', Interval: 5e9, Timeout: '1500ms' } });
  expect(local.checks().get('x')).toMatchObject({ interval: '5s', timeout: '1.5s' });
});

test('A registered check runs, and its result shows here and in the catalog', async () => {
  const { send, prober, clock, local, target } = await start();
  prober.onHttp = () => httpAnswer(503, 'Service Unavailable', 'no database');
  await send(REGISTER, { body: { Name: 'x', HTTP: 'http://localhost/ok', Interval: '10s', Status: 'passing' } });
  await clock.advance(10_000);
  expect(local.checks().get('x')).toMatchObject({
    status: 'critical',
    output: 'HTTP GET http://localhost/ok: 503 Service Unavailable Output: no database',
  });
  expect(target.checks.get('x')?.status).toBe('critical');
});

test.each([
  ['pass', 'passing'],
  ['warn', 'warning'],
  ['fail', 'critical'],
])('check/%s reports %s with the note as output', async (word, status) => {
  const { send, local } = await start();
  await send(REGISTER, { body: { Name: 'c 1', TTL: '15s' } });
  expect(await send(`PUT /v1/agent/check/${word}/c%201?note=so+it+is`)).toMatchObject({ status: 200, text: '' });
  expect(local.checks().get('c 1')).toMatchObject({ status, output: 'so it is' });
});

test('check/update reports status and output', async () => {
  const { send, local } = await start();
  await send(REGISTER, { body: { Name: 'c1', TTL: '15s' } });
  expect((await send('PUT /v1/agent/check/update/c1', { body: { status: 'warning', Output: 'hm' } })).status).toBe(200);
  expect(local.checks().get('c1')).toMatchObject({ status: 'warning', output: 'hm' });
});

test.each<[string, unknown, number, string]>([
  ['PUT /v1/agent/check/update/c1', { Status: 'x' }, 400, "Invalid check status: 'x'"],
  ['PUT /v1/agent/check/update/c1', '', 400, 'Request decode failed: EOF'],
  [
    'PUT /v1/agent/check/update/nope',
    { Status: 'passing' },
    404,
    'Unknown check ID "nope". Ensure that the check ID is passed, not the check name.',
  ],
  [
    'PUT /v1/agent/check/pass/service:gone',
    '',
    404,
    'Unknown check ID "service:gone". Ensure that the check ID is passed, not the check name.',
  ],
  ['PUT /v1/agent/check/pass/tcp', '', 500, 'CheckID "tcp" does not have associated TTL'],
  ['PUT /v1/agent/check/deregister/nope', '', 404, 'Unknown check ID "nope". Ensure that the check ID is passed, not the check name.'],
  ['GET /v1/agent/check/pass/c1', '', 405, 'method GET not allowed'],
])('%s with %j is refused', async (call, body, status, text) => {
  const { send } = await start();
  await send(REGISTER, { body: { Name: 'c1', TTL: '15s' } });
  await send(REGISTER, { body: { Name: 'tcp', TCP: 'localhost:1', Interval: '10s' } });
  expect(await send(call, { body })).toMatchObject({ status, text });
});

test('A TTL that runs out turns critical with the last output, and each report starts it anew', async () => {
  const { send, local, clock } = await start();
  await send(REGISTER, { body: { Name: 'c1', TTL: '10s' } });
  await send('PUT /v1/agent/check/pass/c1?note=fine');
  await clock.advance(9_000);
  await send('PUT /v1/agent/check/pass/c1?note=fine');
  await clock.advance(9_000);
  expect(local.checks().get('c1')?.status).toBe('passing');
  await clock.advance(1_000);
  expect(local.checks().get('c1')).toMatchObject({ status: 'critical', output: 'TTL expired (last output before timeout follows): fine' });
});

test('A deregistered check is gone here and in the catalog', async () => {
  const { send, local, target } = await start();
  await send(REGISTER, { body: { Name: 'c1', TTL: '10s' } });
  expect(await send('PUT /v1/agent/check/deregister/c1')).toMatchObject({ status: 200, text: '' });
  expect([local.checks().size, target.checks.size]).toEqual([0, 0]);
});

test('Changing a check of a service needs the right on the service, of the node on the node', async () => {
  const asked: string[] = [];
  const { send } = await startAgentApi({
    routes: ROUTES,
    authorizer: {
      allows: (rule, segment) => {
        if (rule.kind !== 'none') asked.push(`${rule.resource}:${rule.access} ${segment}`);
        return true;
      },
    },
  });
  await send('PUT /v1/agent/service/register', { body: { Name: 'web', ID: 'web-1' } });
  await send(REGISTER, { body: { Name: 'c1', ServiceID: 'web-1', TTL: '10s' } });
  await send(REGISTER, { body: { Name: 'c2', TTL: '10s' } });
  asked.length = 0;
  await send('PUT /v1/agent/check/pass/c1');
  await send('PUT /v1/agent/check/deregister/c2');
  expect(asked).toEqual(expect.arrayContaining(['service:write web', 'node:write edge-3']));
});
