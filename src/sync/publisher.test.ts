import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { type RawAgent, ServingWorld } from '../../test/fixtures/serving.ts';
import { addDigests, type Digest, EMPTY_DIGEST } from '../model/digest.ts';
import type { Topic } from '../topics/topic.ts';
import { topics } from '../topics/topics.ts';
import { viewDigest } from '../topics/view-digest.ts';
import type { DownFrame } from './frames.ts';
import { applyDelta } from './view-delta.ts';

/** What an agent holds that believes every frame it gets. */
class Copy {
  index = 0;
  items: readonly unknown[] | undefined;
  digest: Digest = EMPTY_DIGEST;

  take(frame: DownFrame): void {
    if (frame.t === 'view') Object.assign(this, { index: frame.index, items: frame.items, digest: frame.digest });
    if (frame.t === 'noview') Object.assign(this, { items: undefined, digest: EMPTY_DIGEST });
    if (frame.t !== 'change') return;
    expect(frame.from).toBe(this.index);
    Object.assign(this, { index: frame.index, items: applyDelta(this.items ?? [], frame), digest: frame.digest });
  }
}

const settle = (world: ServingWorld): Promise<void> => world.clock.settle();
const sub = (topic: string, key: string) => ({ t: 'sub', views: [[topic, key]], seen: 0 }) as const;
const kinds = (agent: RawAgent): readonly string[] => agent.frames.map(({ t }) => t).filter((t) => !['challenge', 'welcome'].includes(t));

const web = (id: string, port = 80) =>
  register(nodeDefinition(`n-${id}`), { services: [serviceDefinition(`web-${id}`, { name: 'web', port })] });

describe('over a real state', () => {
  test('a view comes whole, then as changes, and the copy is always what the state has', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send(sub('service-health', 'web'));
    for (const id of 'dbacef') await world.submit(web(id));
    await world.submit(web('b', 81));
    await world.submit({ kind: 'catalog.deregister', node: 'n-d', serviceId: 'web-d', checkId: '' });
    await settle(world);
    const copy = new Copy();
    for (const frame of agent.frames) copy.take(frame);
    const topic = topics.find(({ name }) => name === 'service-health') as Topic<unknown>;
    const view = world.state.read(topic, 'web');
    expect(copy).toMatchObject({ index: view.index, digest: viewDigest(topic, view.items) });
    expect(copy.items).toEqual(JSON.parse(JSON.stringify(view.items)));
    expect(agent.all('change').length).toBeGreaterThanOrEqual(5);
    expect(agent.all('change').at(-1)).toMatchObject({ gone: [3], put: [] });
  });

  test('one change is encoded once and goes as the same bytes to all who follow', async () => {
    const world = await ServingWorld.start();
    for (const id of 'abcd') await world.submit(web(id));
    const agents = [];
    for (let at = 0; at < 20; at += 1) agents.push(await world.link({ node: nodeDefinition(`agent-${at}`) }));
    for (const agent of agents) agent.send(sub('service-health', 'web'));
    await settle(world);
    const { meters } = world.server;
    expect(meters).toMatchObject({ feeds: 1, subscriptions: 20, wholes: 1 });
    await world.submit(web('e'));
    await settle(world);
    expect(meters.changes).toBe(1);
    expect(meters.sent.change.frames).toBe(20);
    for (const agent of agents) expect(agent.frame('change')).toEqual(agents[0]?.frame('change'));
  });

  test('what is held and right is answered by one word, what differs by the whole view; what has no lineage counts for nothing', async () => {
    const world = await ServingWorld.start();
    await world.put('k');
    const agent = await world.link({ lineage: 'l1', seen: world.state.index });
    agent.send(sub('kv-entry', 'k'));
    await settle(world);
    const { index, digest } = agent.frame('view');
    const held = { topic: 'kv-entry', key: 'k', index, digest } as const;
    const back = await world.link({ lineage: 'l1' });
    back.send({ t: 'sub', views: [held], seen: 0 });
    await world.put('k', 'more');
    back.send({ t: 'sub', views: [held], seen: 0 });
    const stranger = await world.link({ lineage: 'other' });
    stranger.send({ t: 'sub', views: [{ ...held, digest: back.all('view').at(-1)?.digest ?? [0, 0] }], seen: 0 });
    await settle(world);
    expect(kinds(back)).toEqual(['same', 'view', 'view']);
    expect(kinds(stranger)).toEqual(['view']);
    expect(world.server.meters).toMatchObject({ resumedSame: 1, resumedWhole: 1 });
  });

  test('a view is unsubscribed in order: changes before, the word, and none after', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send(sub('kv-entry', 'k'), sub('kv-entry', 'other'));
    await settle(world);
    await world.put('k');
    agent.send({
      t: 'unsub',
      views: [
        ['kv-entry', 'k'],
        ['kv-entry', 'never'],
        ['nonsense', 'x'],
      ],
    });
    await settle(world);
    await world.put('k', 'later');
    await settle(world);
    expect(kinds(agent)).toEqual(['view', 'view', 'view', 'unsubbed']);
    await world.clock.advance(10_000);
    expect(agent.frame('hb').d).toEqual(EMPTY_DIGEST);
    expect(world.server.meters).toMatchObject({ feeds: 1, subscriptions: 1 });
    agent.link.close('gone');
    await settle(world);
    expect(world.server.meters).toMatchObject({ feeds: 0, subscriptions: 0 });
  });

  test('a view asked for once is not followed', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ ...sub('kv-entry', 'k'), once: true });
    await settle(world);
    await world.put('k');
    await settle(world);
    expect(kinds(agent)).toEqual(['view']);
    expect(world.server.meters).toMatchObject({ feeds: 0, subscriptions: 0 });
  });

  test('a topic that does not exist and a key that no view has are answered, and the link goes on', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send(sub('steal', 'x'), sub('__proto__', 'x'), sub('services', 'no json'), sub('kv-entry', 'x'.repeat(70_000)), sub('nodes', ''));
    await settle(world);
    expect(agent.all('noview').map(({ topic }) => topic)).toEqual(['steal', '__proto__', 'services', 'kv-entry']);
    expect(agent.frame('noview').error.code).toBe('TOO_LARGE');
    expect(agent.all('view')).toHaveLength(1);
    expect(world.server.meters).toMatchObject({ feeds: 1, subscriptions: 1, noViews: 4 });
  });

  test('a view that is larger than its reader holds is refused, also when it grows, and then it is out of the sum', async () => {
    const world = await ServingWorld.start();
    const small = await world.link({ node: nodeDefinition('small'), maxViewBytes: 1_000 });
    const large = await world.link({ node: nodeDefinition('large'), maxViewBytes: 100_000 });
    for (const agent of [small, large]) agent.send(sub('kv-prefix', 'p/'), sub('kv-entry', 'other'));
    await world.put('other');
    for (const key of 'abcdefghij') await world.put(`p/${key}`, 'x'.repeat(100));
    await settle(world);
    expect(small.all('noview')).toMatchObject([{ topic: 'kv-prefix', key: 'p/', error: { code: 'VIEW_TOO_LARGE' } }]);
    expect(large.all('noview')).toEqual([]);
    expect(world.server.meters).toMatchObject({ feeds: 2, subscriptions: 3 });
    small.send(sub('kv-prefix', 'p/'));
    await world.clock.advance(10_000);
    expect(small.all('noview')).toHaveLength(2);
    expect(small.frame('hb').d).toEqual(small.all('view').findLast(({ topic }) => topic === 'kv-entry')?.digest);
    for (const key of 'abcdefghi') await world.submit({ kind: 'kv.delete', key: `p/${key}`, cas: undefined });
    small.send(sub('kv-prefix', 'p/'));
    await settle(world);
    expect(small.frame('view').items).toHaveLength(1);
  });

  test('a view that nobody may have is not written to its end', async () => {
    const world = await ServingWorld.start();
    for (let at = 0; at < 200; at += 1) await world.put(`p/${at}`, 'x'.repeat(1_000));
    const agent = await world.link({ maxViewBytes: 10_000 });
    agent.send(sub('kv-prefix', 'p/'));
    await settle(world);
    expect(agent.frame('noview').error.code).toBe('VIEW_TOO_LARGE');
    expect(world.server.meters).toMatchObject({ wholes: 0, feeds: 0 });
  });

  test('a server behind what the agent has seen waits for it up to 2 s, and what comes later waits too', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    const seen = world.state.index + 2;
    agent.send({ ...sub('kv-entry', 'k'), seen }, { t: 'unsub', views: [['kv-entry', 'k']] }, sub('kv-entry', 'other'));
    await world.put('k', '1');
    await world.clock.advance(1_000);
    expect(kinds(agent)).toEqual([]);
    await world.put('k', '2');
    await world.clock.advance(50);
    expect(kinds(agent)).toEqual(['view', 'unsubbed', 'view']);
    agent.send({ ...sub('kv-entry', 'never'), seen: Number.MAX_SAFE_INTEGER });
    await world.clock.advance(1_950);
    expect(agent.all('view')).toHaveLength(2);
    await world.clock.advance(100);
    expect(agent.all('view')).toHaveLength(3);
    expect(world.clock.pendingTimers).toBe(2);
  });

  test('the sum of the heartbeat is that of the copies, whatever is subscribed, dropped and changed', async () => {
    const key = fc.constantFrom('a', 'b', 'c', '');
    const step = fc.oneof(
      fc.record({ do: fc.constant('sub'), topic: fc.constantFrom('kv-entry', 'kv-prefix', 'nodes', 'services', 'steal'), key }),
      fc.record({ do: fc.constant('unsub'), topic: fc.constantFrom('kv-entry', 'kv-prefix', 'nodes'), key }),
      fc.record({ do: fc.constantFrom('put', 'delete', 'register'), topic: fc.constant(''), key: fc.constantFrom('a', 'ab', 'b', 'c') }),
    );
    const run = async (steps: readonly { do: string; topic: string; key: string }[]): Promise<void> => {
      const world = await ServingWorld.start();
      const agent = await world.link();
      for (const { do: what, topic, key: name } of steps) {
        if (what === 'sub') agent.send(sub(topic, name));
        else if (what === 'unsub') agent.send({ t: 'unsub', views: [[topic, name]] });
        else if (what === 'put') await world.put(name, String(world.state.index));
        else if (what === 'delete') await world.submit({ kind: 'kv.delete', key: name, cas: undefined });
        else await world.submit(web(name, world.state.index));
        await settle(world);
      }
      await world.clock.advance(10_000);
      const copies = new Map<string, Copy>();
      for (const frame of agent.frames) {
        if (frame.t === 'unsubbed') for (const name of frame.views) copies.delete(name.join());
        if (frame.t !== 'view' && frame.t !== 'change' && frame.t !== 'noview') continue;
        const id = `${frame.topic},${frame.key}`;
        const copy = copies.get(id) ?? new Copy();
        copies.set(id, copy);
        copy.take(frame);
      }
      const sum = [...copies.values()].reduce<Digest>((total, { digest }) => addDigests(total, digest), EMPTY_DIGEST);
      expect(agent.frame('hb').d).toEqual(sum);
      world.server.stop();
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), run), { numRuns: 60 });
  });

  test('a name that no frame carries back ends the link, also behind a wait', async () => {
    const world = await ServingWorld.start();
    const key = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(18_000_000)).toString('base64');
    for (const seen of [0, Number.MAX_SAFE_INTEGER]) {
      const agent = await world.link();
      agent.link.send(Buffer.from(JSON.stringify({ t: 'sub', views: [['kv-entry', 'k']], seen })));
      agent.link.send(Buffer.from(JSON.stringify({ t: 'unsub', views: [['kv-entry', key]] })));
      await world.clock.advance(3_000);
      expect(agent.closedBy).toMatch(/is too large for a link/);
    }
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('a flood of subscriptions ends with the link, and leaves nothing behind', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    const views = Array.from({ length: 60_000 }, (_, at) => ['kv-entry', String(at)] as const);
    const flood = { t: 'sub', views, seen: Number.MAX_SAFE_INTEGER } as const;
    agent.send(flood, flood);
    await settle(world);
    expect(agent.closedBy).toMatch(/may follow 100000 views/);
    expect(world.server.meters).toMatchObject({ feeds: 0, subscriptions: 0 });
    expect(world.clock.pendingTimers).toBeLessThanOrEqual(1);
  });
});
