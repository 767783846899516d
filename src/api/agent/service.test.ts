import { expect, test } from 'vitest';
import { type AgentApi, startAgentApi, type TestResponse } from '../../testing/agent-api.ts';
import { agentService } from './service.ts';
import { agentServiceDeregister } from './service-deregister.ts';
import { agentServiceRegister } from './service-register.ts';

const GET = 'GET /v1/agent/service/web-1';

async function start(): Promise<AgentApi & { register: (port: number) => Promise<TestResponse> }> {
  const api = await startAgentApi({ routes: [agentService, agentServiceRegister, agentServiceDeregister] });
  const register = (Port: number): Promise<TestResponse> =>
    api.send('PUT /v1/agent/service/register', { body: { Name: 'web', ID: 'web-1', Port } });
  await register(80);
  return { ...api, register };
}

/** Tells whether a request has been answered. */
function watch(pending: Promise<TestResponse>): { answer: TestResponse | undefined } {
  const state: { answer: TestResponse | undefined } = { answer: undefined };
  void pending.then((answer) => {
    state.answer = answer;
  });
  return state;
}

test('A service shows with its content hash, in header and body', async () => {
  const { send } = await start();
  const answer = await send(GET);
  const hash = answer.headers['X-Consul-ContentHash'] ?? '';
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(answer.text).toBe(
    `{"ID":"web-1","Service":"web","Tags":[],"Meta":{},"Port":80,"Address":"","Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,"ContentHash":"${hash}","Datacenter":"dc1"}`,
  );
});

test('An unknown id is 404, with or without a hash', async () => {
  const { send } = await start();
  for (const call of ['GET /v1/agent/service/web-9', 'GET /v1/agent/service/web-9?hash=x&wait=10s']) {
    expect(await send(call)).toMatchObject({ status: 404, text: 'unknown service ID: web-9' });
  }
});

test('Another hash is answered at once', async () => {
  const { send } = await start();
  expect((await send(`${GET}?hash=0000000000000000`)).status).toBe(200);
});

test('The present hash blocks until the registration changes, and is not woken by the same one', async () => {
  const { send, register, clock } = await start();
  const hash = (await send(GET)).headers['X-Consul-ContentHash'];
  const watched = watch(send(`${GET}?hash=${hash}`));
  await register(80);
  await clock.advance(60_000);
  expect(watched.answer).toBeUndefined();
  await register(81);
  await clock.settle();
  expect(watched.answer).toMatchObject({ status: 200, json: { Port: 81 } });
  expect(watched.answer?.headers['X-Consul-ContentHash']).not.toBe(hash);
});

test('Wait ends the blocking, up to a sixteenth later', async () => {
  const { send, clock } = await start();
  const hash = (await send(GET)).headers['X-Consul-ContentHash'];
  const watched = watch(send(`${GET}?hash=${hash}&wait=16s`));
  await clock.advance(15_900);
  expect(watched.answer).toBeUndefined();
  await clock.advance(1_100);
  expect(watched.answer).toMatchObject({ status: 200, json: { Port: 80 } });
});

test('A deregistration ends the blocking with 404', async () => {
  const { send, clock } = await start();
  const hash = (await send(GET)).headers['X-Consul-ContentHash'];
  const watched = watch(send(`${GET}?hash=${hash}`));
  await send('PUT /v1/agent/service/deregister/web-1');
  await clock.settle();
  expect(watched.answer?.status).toBe(404);
});

test('A client that leaves, or a process that stops, ends the blocking with the present state', async () => {
  const { send, clock } = await start();
  const hash = (await send(GET)).headers['X-Consul-ContentHash'];
  const leaving = new AbortController();
  const watched = watch(send(`${GET}?hash=${hash}`, { signal: leaving.signal }));
  await clock.settle();
  leaving.abort();
  await clock.settle();
  expect(watched.answer).toMatchObject({ status: 200, json: { Port: 80 } });
});

test('A malformed wait is refused', async () => {
  const { send } = await start();
  expect(await send(`${GET}?hash=x&wait=10`)).toMatchObject({ status: 400, text: 'Invalid wait time' });
});
