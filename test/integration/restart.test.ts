/** What is there after a stop and a start, and after a snapshot is restored into another server. */
import { expect } from 'vitest';
import type { Reply } from './http-call.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil, within } from './wait-until.ts';

const SCOPES = [
  '/v1/kv/?recurse',
  '/v1/catalog/nodes',
  '/v1/catalog/services',
  '/v1/health/service/web',
  '/v1/session/list',
  '/v1/health/state/any',
];

async function fill(server: KonsulProcess): Promise<string> {
  await server.put('/v1/kv/app/one?flags=3304740253564472344', 'first');
  await server.put('/v1/kv/app/two', Buffer.from([0, 255, 1]));
  await server.put('/v1/kv/app/gone', 'x');
  await server.call('/v1/kv/app/gone', { method: 'DELETE' });
  const check = { Name: 'ping', CheckID: 'ping', Status: 'passing', ServiceID: 'web-1' };
  await server.put('/v1/catalog/register', {
    Node: 'ext',
    Address: '10.0.0.9',
    Service: { ID: 'web-1', Service: 'web', Port: 80 },
    Check: check,
  });
  const session = (await server.put('/v1/session/create', { Name: 'holder', Node: 'ext', NodeChecks: [], LockDelay: '1s' })).json<{
    ID: string;
  }>().ID;
  await server.put(`/v1/kv/app/lock?acquire=${session}`, 'held');
  return session;
}

/** The records of a scope, without what an agent's start may rewrite. */
async function contentOf(server: KonsulProcess, path: string): Promise<unknown> {
  const json = (await server.call(path)).json();
  return JSON.parse(JSON.stringify(json, (key, value) => (key === 'CreateIndex' || key === 'ModifyIndex' ? undefined : value)));
}

test('data, indexes and locks survive a stop and a start', async ({ start }) => {
  const server = await start();
  const session = await fill(server);
  const exact = ['/v1/kv/app/?recurse', '/v1/health/service/web', '/v1/catalog/node/ext', `/v1/session/info/${session}`];
  const before = await Promise.all(exact.map(async (path) => (await server.call(path)).text));
  const indexes = await Promise.all(SCOPES.map(async (path) => (await server.call(path)).index));

  await server.restart();
  expect(await Promise.all(exact.map(async (path) => (await server.call(path)).text))).toEqual(before);
  const after = await Promise.all(SCOPES.map(async (path) => (await server.call(path)).index));
  for (const [n, path] of SCOPES.entries()) expect(after[n], path).toBeGreaterThanOrEqual(indexes[n] as number);
  expect((await server.call('/v1/kv/app/one')).text).toContain('"Flags":3304740253564472344');
  expect((await server.put(`/v1/kv/app/lock?acquire=${session}`, 'held')).text).toBe('true');
});

test('a CAS with an index from before the restart still means what it said', async ({ start }) => {
  const server = await start();
  await server.put('/v1/kv/k', 'one');
  const { index } = await server.call('/v1/kv/k');
  await server.restart();
  expect((await server.put(`/v1/kv/k?cas=${index}`, 'two')).text).toBe('true');
  expect((await server.put(`/v1/kv/k?cas=${index}`, 'three')).text).toBe('false');
  expect((await server.call('/v1/kv/k')).index).toBeGreaterThan(index);
});

test('what was registered with the agent, and the last status of its checks, survive', async ({ start }) => {
  const server = await start();
  await server.put('/v1/agent/service/register', { Name: 'api', ID: 'api-1', Port: 9, Tags: ['t'], Check: { TTL: '10m' } });
  await server.put('/v1/agent/service/register', { Name: 'gone', Check: { TTL: '10m' } });
  await server.put('/v1/agent/check/register', { Name: 'disk', TTL: '10m' });
  await server.put('/v1/agent/check/pass/service:api-1?note=fine');
  await server.put('/v1/agent/check/warn/disk?note=nearly%20full');
  await server.put('/v1/agent/service/deregister/gone');
  const services = await contentOf(server, '/v1/agent/services');
  const checks = await contentOf(server, '/v1/agent/checks');

  await server.restart();
  expect(await contentOf(server, '/v1/agent/services')).toEqual(services);
  expect(await contentOf(server, '/v1/agent/checks')).toEqual(checks);
  const isPassing = async (): Promise<boolean> => {
    const found = (await server.call('/v1/health/checks/api')).json<{ Status: string; Output: string }[]>();
    return found.length === 1 && found[0]?.Status === 'passing' && found[0].Output === 'fine';
  };
  await waitUntil(isPassing, { what: 'the passing check in the catalog' });
  expect((await server.call('/v1/catalog/service/gone')).text).toBe('[]');
});

test('ten starts in a row find what was written and never a lower index', async ({ start }) => {
  const server = await start();
  await server.put('/v1/kv/k', 'v');
  let index = 0;
  for (let round = 0; round < (server.peer === 'consul' ? 2 : 10); round++) {
    const reply = await server.call('/v1/kv/k');
    expect(reply.json()).toMatchObject([{ Value: 'dg==' }]);
    expect(reply.index).toBeGreaterThanOrEqual(index);
    index = reply.index;
    await server.restart();
  }
});

test('a snapshot carries everything into another server and wakes who waits there', async ({ start }) => {
  const from = await start({ nodeName: 'from' });
  const session = await fill(from);
  const snapshot = await from.call('/v1/snapshot');
  expect(snapshot.status).toBe(200);
  const wanted = await Promise.all(['/v1/kv/app/?recurse', '/v1/catalog/node/ext'].map((path) => contentOf(from, path)));

  const to = await start({ nodeName: 'to' });
  await to.put('/v1/kv/mine', 'before');
  const { index } = await to.call('/v1/kv/mine');
  const waiters: Promise<Reply>[] = [
    to.call(`/v1/kv/mine?index=${index}&wait=50s`),
    to.call(`/v1/kv/app/one?index=${index + 5_000}&wait=50s`),
    to.call(`/v1/health/service/web?index=${index}&wait=50s`),
  ];
  expect((await to.put('/v1/snapshot', snapshot.body)).status).toBe(200);
  const replies = await within(10_000, 'waking the waiters', Promise.all(waiters));
  if (to.peer === 'konsul') expect(replies.map((reply) => reply.status)).toEqual([404, 200, 200]); // Consul 1.8 may answer from the old store
  const got = await Promise.all(['/v1/kv/app/?recurse', '/v1/catalog/node/ext'].map((path) => contentOf(to, path)));
  expect(got).toEqual(wanted);
  expect((await to.call(`/v1/session/info/${session}`)).json()).toMatchObject([{ Name: 'holder' }]);
  const restored = await to.call('/v1/kv/?recurse');
  expect(restored.index).toBeGreaterThanOrEqual(to.peer === 'konsul' ? 1_000_000 : 1);

  await to.restart();
  expect(await contentOf(to, '/v1/kv/app/?recurse')).toEqual(wanted[0]);
  expect((await to.call('/v1/kv/?recurse')).index).toBeGreaterThanOrEqual(restored.index);
});

test('a snapshot that is cut short or altered changes nothing', async ({ start }) => {
  const server = await start();
  await fill(server);
  const { body } = await server.call('/v1/snapshot');
  const altered = Buffer.from(body);
  altered.writeUInt8((altered[altered.length >> 1] as number) ^ 0xff, altered.length >> 1);
  const before = (await server.call('/v1/kv/?recurse')).text;
  for (const bad of [body.subarray(0, body.length >> 1), altered, Buffer.from('no snapshot'), Buffer.alloc(0)]) {
    const reply = await server.put('/v1/snapshot', bad);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.text).not.toBe('');
    expect((await server.call('/v1/kv/?recurse')).text).toBe(before);
  }
});
