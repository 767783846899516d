/** What a program writes through its agent it reads there, also right after a reconnect, while most views still wait for their turn. */
import { expect, test } from 'vitest';
import { TestCluster } from '../testing/test-cluster.ts';

test('a registration and a key that were written right after a reconnect are read', async () => {
  const cluster = new TestCluster();
  await cluster.startServer();
  const { send, agent } = await cluster.joinAgent('a1');
  const put = (ID: string) => cluster.until(send('PUT /v1/agent/service/register', { body: { Name: 'web', ID } }));
  await put('w0');
  await cluster.until(send('GET /v1/health/service/web'));
  for (let at = 0; at < 700; at += 1) await cluster.until(send(`GET /v1/kv/k${at}?keys`));
  await cluster.until(send('PUT /v1/kv/k0', { body: 'old' }));
  await cluster.until(send('GET /v1/kv/k0?raw'));
  cluster.network.break('a1', 's1');
  for (let ms = 0; ms < 3_000 && agent.link.isLinked; ms += 1) await cluster.advance(1);
  for (let ms = 0; ms < 3_000 && !agent.link.isLinked; ms += 1) await cluster.advance(1);
  await put('w1');
  const found = await cluster.until(send('GET /v1/health/service/web'));
  await cluster.until(send('PUT /v1/kv/k0', { body: 'new' }));
  const value = await cluster.until(send('GET /v1/kv/k0?raw'));
  await cluster.stop();
  expect(found.text).toContain('"w1"');
  expect(value.text).toBe('new');
});
