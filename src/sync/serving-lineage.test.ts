import { describe, expect, test } from 'vitest';
import { nodeDefinition } from '../../test/fixtures/records.ts';
import { type RawAgent, ServingWorld } from '../../test/fixtures/serving.ts';
import type { RelayAnswer } from '../topics/backend.ts';
import type { UpFrame } from './frames.ts';

const settle = (world: ServingWorld): Promise<void> => world.clock.settle();

describe('a link with relayed answers under way when the lineage changes', () => {
  const relayed: UpFrame = {
    ...{ t: 'relay', id: 5, method: 'PUT', path: '/v1/snapshot', rawQuery: '', headers: {} },
    remoteAddress: '',
    hasBody: false,
  };
  const wanted: UpFrame = { t: 'sub', views: [['kv-entry', 'a']], seen: 0 };
  const texts = (agent: RawAgent): readonly string[] =>
    agent.all('view').map(({ items }) => Buffer.from((items[0] as { readonly value: Uint8Array }).value).toString());

  /** A link of the old lineage that follows a view and waits for an answer. */
  async function replacedWorld() {
    let answer: (answer: RelayAnswer) => void = () => {};
    const relay = (): Promise<RelayAnswer> =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const world = await ServingWorld.start({ host: { relay } });
    await world.put('a', 'old');
    const old = await world.link();
    old.send(wanted, relayed);
    await settle(world);
    world.lineage = 'l2';
    await world.put('a', 'new');
    await settle(world);
    return { world, old, answer: () => answer({ status: 200, headers: {}, chunks: (async function* () {})() }) };
  }

  const linkOther = (world: ServingWorld): Promise<RawAgent> =>
    world.link({ node: nodeDefinition('a2'), identity: { nodeId: 'id-a2', boot: 1, runId: 'run-2', isFresh: false } });

  test('follows nothing and does nothing but answer, and ends after 200 ms', async () => {
    const { world, old, answer } = await replacedWorld();
    expect(old.closedBy).toBeUndefined();
    expect(world.server.meters).toMatchObject({ links: 1, relays: 1, subscriptions: 0, feeds: 0 });
    old.clear();
    old.send(wanted, { ...relayed, id: 6 }, { t: 'cmd', id: 7, command: { kind: 'kv.delete', key: 'a', cas: undefined } });
    old.send({ t: 'push', seq: 1, commands: [] }, { t: 'hb', q: true }, { t: 'credit', id: 5, bytes: 10 });
    await settle(world);
    expect(old.frames).toEqual([]);
    answer();
    await world.clock.advance(199);
    expect(old.frames).toMatchObject([{ t: 'head', id: 5 }]);
    expect(old.closedBy).toBeUndefined();
    await world.clock.advance(1);
    expect(old.closedBy).toBe('the lineage of the store has changed');
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('does not keep a new link from what the new lineage has, nor from its changes, nor ends it', async () => {
    const { world, old } = await replacedWorld();
    const fresh = await linkOther(world);
    fresh.send(wanted);
    await settle(world);
    expect(texts(fresh)).toEqual(['new']);
    await world.clock.advance(200);
    expect(old.closedBy).toBeDefined();
    await world.put('a', 'later');
    await settle(world);
    expect(texts(fresh).length + fresh.all('change').length).toBe(2);
    expect(fresh.closedBy).toBeUndefined();
  });

  test('is not waited for when the server stops', async () => {
    const { world, old } = await replacedWorld();
    world.server.stop();
    await settle(world);
    expect(old.closedBy).toBe('this server stops');
    expect(world.clock.pendingTimers).toBe(0);
  });
});

test.each([true, false])(
  'a link that asks for a view (once: %s) of a new lineage ends before the answer; a link of the new one is answered',
  async (once) => {
    const world = await ServingWorld.start();
    await world.put('a');
    const old = await world.link();
    old.send({ t: 'sub', views: [['kv-entry', 'b']], seen: 0 });
    await settle(world);
    world.lineage = 'l2';
    const fresh = await world.link({ node: nodeDefinition('a2') });
    const unfinished = await world.dial();
    old.clear();
    old.send({ t: 'sub', views: [['kv-entry', 'a']], seen: 0, once });
    await settle(world);
    expect(old.frames).toEqual([]);
    expect(old.closedBy).toBe('the lineage of the store has changed');
    fresh.send({
      t: 'sub',
      views: [
        ['kv-entry', 'a'],
        ['kv-entry', 'b'],
      ],
      seen: 0,
      once,
    });
    await settle(world);
    expect(fresh.all('view')).toHaveLength(2);
    expect([fresh.closedBy, unfinished.closedBy]).toEqual([undefined, undefined]);
    expect(world.server.meters).toMatchObject({ links: 1, feeds: once ? 0 : 2, subscriptions: once ? 0 : 2 });
  },
);
