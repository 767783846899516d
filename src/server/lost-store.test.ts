/** A server whose store was lost, and agents that knew the former one: whole assemblies on a fake network. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestCluster } from '../testing/test-cluster.ts';
import type { Reply, Send, SentRequest } from '../testing/test-server.ts';

let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster();
});

afterEach(() => cluster.stop());

const ask = (send: Send, call: string, request?: SentRequest): Promise<Reply> => cluster.until(send(call, request));

const modifyIndexOf = async (send: Send): Promise<number> =>
  (await ask(send, 'GET /v1/kv/lock')).json<{ ModifyIndex: number }[]>()[0]?.ModifyIndex ?? 0;

test('A CAS from before the loss never succeeds: no index that an agent has seen comes again', async () => {
  const first = await cluster.startServer();
  const { send, agent } = await cluster.joinAgent('a1');
  for (let round = 0; round < 20; round += 1) await ask(send, 'PUT /v1/kv/lock', { body: `mine ${round}` });
  const before = await modifyIndexOf(send);
  const { lineage } = agent.cache;
  cluster.network.crash('s1');
  await cluster.until(first.stop());
  await cluster.advance(1_000);
  await cluster.startServer();
  await cluster.advance(40_000);
  expect(agent.link.isLinked).toBe(true);
  await ask(send, 'PUT /v1/kv/lock', { body: 'theirs' });
  expect(await modifyIndexOf(send)).toBeGreaterThan(before);
  expect(agent.cache.lineage, 'the new store is another one').not.toBe(lineage);
  expect((await ask(send, `PUT /v1/kv/lock?cas=${before}`, { body: 'mine again' })).text.trim()).toBe('false');
});
