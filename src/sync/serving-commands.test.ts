import { describe, expect, test } from 'vitest';
import { nodeDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { helloFor, RawAgent, ServingWorld } from '../../test/fixtures/serving.ts';
import type { CatalogRegister } from '../model/commands/catalog.ts';
import type { Command } from '../model/commands/command.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Service } from '../model/service.ts';
import { KonsulError } from '../runtime/errors.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeNetwork } from '../testing/fake-network.ts';
import type { CommandFrame, PushFrame } from './frames.ts';
import { ServingMeters } from './serving-meters.ts';
import { ServingPushes } from './serving-pushes.ts';

const settle = (world: ServingWorld): Promise<void> => world.clock.settle();

const put = (id: number, key: string, value = 'x'): CommandFrame => ({
  t: 'cmd',
  id,
  command: { kind: 'kv.put', key, value: Buffer.from(value), flags: 0, condition: { kind: 'none' } },
});

const service = (id: string): CatalogRegister => register(nodeDefinition('a1'), { services: [serviceDefinition(id)], owner: 'id-a1' });
const push = (seq: number, ...ids: readonly string[]): PushFrame => ({ t: 'push', seq, commands: ids.map(service) });

/** Agents whose node ids are their names. */
const NAMES = ['a', 'b', 'c'];

const heldService = (world: ServingWorld, id: string): Service | undefined => world.state.catalog.entry('a1')?.services.get(id);

/** A host whose writes wait until the test lets them go, in any order. */
function heldHost() {
  const submitted: { readonly command: Command; resolve(): void; reject(error: Error): void }[] = [];
  const submit = (command: Command): Promise<never> =>
    new Promise((resolve, reject) => submitted.push({ command, resolve: () => resolve(true as never), reject }));
  return { submitted, submit: submit as never };
}

describe('order', () => {
  test('all that a commit changed is sent before its acknowledgement, to the writer, in 300 rounds with other writers', async () => {
    const world = await ServingWorld.start();
    const agents = await Promise.all(
      NAMES.map((name) => world.link({ node: nodeDefinition(name), identity: { nodeId: name, boot: 1, runId: name, isFresh: false } })),
    );
    for (const agent of agents) {
      agent.send({
        t: 'sub',
        views: [
          ['kv-prefix', 'k/'],
          ['service-nodes', 'web'],
        ],
        seen: 0,
      });
    }
    await settle(world);
    for (let round = 0; round < 100; round += 1) {
      for (const [at, agent] of agents.entries()) {
        agent.clear();
        agent.send(put(round, `k/${at}`, `${round}`));
        agent.send({
          t: 'push',
          seq: round + 1,
          commands: [
            register(nodeDefinition(NAMES[at] ?? ''), {
              services: [serviceDefinition(`web-${round % 5}`, { name: 'web', port: round })],
              owner: NAMES[at] ?? '',
            }),
          ],
        });
      }
      await settle(world);
      for (const [at, agent] of agents.entries()) assertReadsItsWrites(agent, at, round);
    }
  });

  test('over a network with latency and jitter as well', async () => {
    const world = await ServingWorld.start();
    const network = new FakeNetwork({ clock: world.clock, random: new SeededRandom(5), latencyMs: 5, jitterMs: 20 });
    await network.transport('server').listen('server:8300', (link) => world.server.accept(link));
    const dialling = network.transport('agent').dial('server:8300', new AbortController().signal);
    await world.clock.advance(100);
    const refused = new RawAgent(await dialling);
    await world.clock.advance(100);
    expect(refused.frame('refused').error.message).toMatch(/links from other machines/);
    const open = await ServingWorld.start({ settings: { allowsRemotePeers: true }, clock: world.clock });
    await network.transport('other').listen('other:8300', (link) => open.server.accept(link));
    const again = network.transport('agent').dial('other:8300', new AbortController().signal);
    await world.clock.advance(100);
    const agent = new RawAgent(await again);
    await world.clock.advance(100);
    agent.send(helloFor(), { t: 'sub', views: [['kv-prefix', '']], seen: 0 });
    await world.clock.advance(500);
    for (let round = 0; round < 50; round += 1) {
      agent.clear();
      void open.put('other', String(round));
      agent.send(put(round, 'k/0', `${round}`));
      await world.clock.advance(100);
      assertReadsItsWrites(agent, 0, round, true);
    }
    open.server.stop();
  });
});

/** The value, as it was written, is in what came before `done`; the service before `ack`. */
function assertReadsItsWrites(agent: RawAgent, at: number, round: number, kvOnly = false): void {
  const texts = agent.frames.map((frame) => JSON.stringify(frame));
  const done = agent.frames.findIndex((frame) => frame.t === 'done' && frame.id === round);
  const value = texts.findIndex((text) => /"t":"(?:view|change)"/.test(text) && text.includes(`"key":"k/${at}"`));
  expect(done).toBeGreaterThan(-1);
  expect(value).toBeGreaterThan(-1);
  expect(value).toBeLessThan(done);
  if (kvOnly) return;
  const ack = agent.frames.findIndex((frame) => frame.t === 'ack' && frame.seq === round + 1);
  const seen = texts.findIndex(
    (text) => /"t":"(?:view|change)"/.test(text) && text.includes(`"node":"${NAMES[at]}"`) && text.includes(`"port":${round}`),
  );
  expect(ack).toBeGreaterThan(-1);
  expect(seen).toBeGreaterThan(-1);
  expect(seen).toBeLessThan(ack);
}

describe('commands', () => {
  test("are answered with their result, or fail with the rule's code and text", async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send(put(1, 'k'), { t: 'cmd', id: 2, command: { kind: 'session.destroy', id: 'no uuid' } });
    agent.send({ t: 'cmd', id: 3, command: { kind: 'session.renew', id: '00000000-0000-4000-8000-000000000000' } });
    agent.send({ t: 'cmd', id: 4, command: { kind: 'catalog.register' } as never });
    agent.send({ t: 'cmd', id: 5, command: { kind: 'lock-delay.end', key: 'k' } });
    await settle(world);
    const answers = new Map(
      agent.frames.flatMap((frame) => (frame.t === 'done' || frame.t === 'fail' ? [[frame.id, frame] as const] : [])),
    );
    expect(answers.get(1)).toEqual({ t: 'done', id: 1, result: true });
    expect(answers.get(3)).toEqual({ t: 'done', id: 3 });
    expect(answers.get(4)).toMatchObject({
      t: 'fail',
      error: { code: 'BAD_REQUEST', message: 'malformed command: catalog.register.node is not an object' },
    });
    expect(answers.get(5)).toMatchObject({ t: 'fail', error: { code: 'BAD_REQUEST' } });
    expect(agent.closedBy).toBeUndefined();
  });

  test('above 1,000 without an answer are refused, and taken again once there is room', async () => {
    const host = heldHost();
    const world = await ServingWorld.start({ host: { submit: host.submit } });
    const agent = await world.link();
    for (let id = 1; id <= 1_001; id += 1) agent.send(put(id, 'k'));
    agent.send(push(1, 'a'), { t: 'fetch', id: 2_000, digest: [0, 0] });
    await settle(world);
    expect(agent.all('fail').map(({ id, error }) => [id, error.code, error.status])).toEqual([
      [1_001, 'TOO_MANY_CONNECTIONS', 429],
      [2_000, 'TOO_MANY_CONNECTIONS', 429],
    ]);
    expect(agent.frame('ack').failed).toMatchObject([[0, { code: 'TOO_MANY_CONNECTIONS' }]]);
    host.submitted[0]?.resolve();
    await settle(world);
    agent.send(put(3_000, 'k'));
    await settle(world);
    expect(host.submitted).toHaveLength(1_001);
    expect(agent.all('fail')).toHaveLength(2);
  });

  test('whose result no link carries fail, and the link goes on', async () => {
    const host = { submit: (async () => 'x'.repeat(33 * 1_048_576)) as never };
    const world = await ServingWorld.start({ host });
    const agent = await world.link();
    agent.send(put(1, 'k'));
    await settle(world);
    expect(agent.frame('fail')).toMatchObject({ id: 1, error: { code: 'TOO_LARGE' } });
  });

  test('that are decided after their link has ended send nothing, and break nothing', async () => {
    const host = heldHost();
    const world = await ServingWorld.start({ host: { submit: host.submit } });
    const agent = await world.link();
    agent.send(put(1, 'k'), push(1, 'a'));
    await settle(world);
    agent.link.close('gone');
    await settle(world);
    for (const each of host.submitted) each.resolve();
    await settle(world);
    expect(agent.frames.map(({ t }) => t)).toEqual(['challenge', 'welcome']);
  });
});

describe('pushes', () => {
  test('are decided as a whole and share commits; what is refused is named by its place', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    const bad = { ...service('b'), node: { ...nodeDefinition('a1'), address: 7 } } as unknown as CatalogRegister;
    const before = world.state.index;
    agent.send({ t: 'push', seq: 1, commands: [service('a'), bad, service('c')] });
    await settle(world);
    expect(agent.frame('ack')).toEqual({
      t: 'ack',
      seq: 1,
      failed: [[1, { code: 'BAD_REQUEST', message: 'malformed command: catalog.register.node.address is not a text', status: 400 }]],
    });
    expect(world.state.index - before).toBeLessThanOrEqual(3);
    expect(heldService(world, 'c')).toBeDefined();
  });

  test('of 100 registrations of one node are submitted in one step, in their order', async () => {
    const host = heldHost();
    const world = await ServingWorld.start({ host: { submit: host.submit } });
    const agent = await world.link();
    const ids = Array.from({ length: 100 }, (_, at) => String(at));
    agent.send(push(1, ...ids), push(2, 'x'));
    await settle(world);
    expect(host.submitted.map(({ command }) => (command as CatalogRegister).services[0]?.id)).toEqual([...ids, 'x']);
  });

  test('are acknowledged in order, whichever is decided first', async () => {
    const host = heldHost();
    const world = await ServingWorld.start({ host: { submit: host.submit } });
    const agent = await world.link();
    agent.send(push(1, 'a'), push(2, 'b'));
    await settle(world);
    host.submitted[1]?.resolve();
    await settle(world);
    expect(agent.all('ack')).toEqual([]);
    host.submitted[0]?.resolve();
    await settle(world);
    expect(agent.all('ack').map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('four that come again after all were decided are each acknowledged with what failed of them', async () => {
    const submit = (async ({ services }: CatalogRegister) => {
      if (services[0]?.id.startsWith('bad')) throw new KonsulError('REJECTED', 'no');
    }) as never;
    const pushes = new ServingPushes({ submit }, new ServingMeters());
    const pusher = { runId: 'r', nodeId: 'id-a1', nodeName: 'a1' };
    const frames = [push(1, 'bad1', 'a'), push(2, 'b'), push(3, 'c', 'bad3'), push(4, 'd')];
    const first = await Promise.all(frames.map((frame) => pushes.take(pusher, frame)));
    expect(first.map(({ failed }) => failed.length)).toEqual([1, 0, 1, 0]);
    expect(await Promise.all(frames.map((frame) => pushes.take(pusher, frame)))).toEqual(first);
  });

  test('that come again are acknowledged again and decided once, also over another link, and while they are being decided', async () => {
    const host = heldHost();
    const world = await ServingWorld.start({ host: { submit: host.submit } });
    const first = await world.link();
    first.send(push(1, 'a'));
    await settle(world);
    first.link.close('cut');
    const second = await world.link();
    second.send(push(1, 'a'));
    await settle(world);
    host.submitted[0]?.reject(new KonsulError('REJECTED', 'no'));
    await settle(world);
    second.send(push(1, 'a'));
    await settle(world);
    const failed = [[0, { code: 'REJECTED', message: 'no', status: 500 }]];
    expect(second.all('ack')).toEqual([
      { t: 'ack', seq: 1, failed },
      { t: 'ack', seq: 1, failed },
    ]);
    expect(host.submitted).toHaveLength(1);
    expect(world.server.meters).toMatchObject({ pushes: 3, repeatedPushes: 1 });
    const restarted = await world.link({ identity: { nodeId: 'id-a1', boot: 2, runId: 'run-2', isFresh: false } });
    restarted.send(push(1, 'a'));
    await settle(world);
    expect(host.submitted).toHaveLength(2);
  });

  test('of more commands than a link may have unanswered end the link; error texts are bounded', async () => {
    const host = { submit: (() => Promise.reject(new KonsulError('REJECTED', 'x'.repeat(100_000)))) as never };
    const world = await ServingWorld.start({ host });
    const agent = await world.link();
    agent.send(push(1, ...Array.from({ length: 1_000 }, (_, at) => String(at))));
    await settle(world);
    expect(agent.frame('ack').failed).toHaveLength(1_000);
    expect(agent.frame('ack').failed[999]?.[1].message).toHaveLength(2_048);
    agent.send(push(2, ...Array.from({ length: 1_001 }, (_, at) => String(at))));
    await settle(world);
    expect(agent.closedBy).toBe('a push of 1001 commands is more than a link may carry');
  });

  // LESSONS 1, 3, 24: nothing waits for the hundredth, nothing of a failed batch is lost silently, nothing goes around the authority.
  test('an agent pushes for its own node, in its own name: anything else is refused alone, and nothing of it is done', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    const foreign = register(nodeDefinition('n9'), { services: [serviceDefinition('x')], owner: 'id-a1' });
    const disguised = register(nodeDefinition('a1'), { services: [serviceDefinition('y')], owner: 'id-n9' });
    const deregister = { kind: 'catalog.deregister', node: 'n9', serviceId: 'x', checkId: '', owner: 'id-a1' } as const;
    const nameless = { kind: 'catalog.deregister', node: 'a1', serviceId: 'a', checkId: '' } as const;
    agent.send({ t: 'push', seq: 1, commands: [foreign, service('a'), disguised, deregister, nameless] });
    await settle(world);
    const error = expect.objectContaining({ code: 'PERMISSION_DENIED' });
    expect(agent.frame('ack')).toEqual({
      t: 'ack',
      seq: 1,
      failed: [
        [0, error],
        [2, error],
        [3, error],
        [4, error],
      ],
    });
    expect(world.state.catalog.entry('n9')).toBeUndefined();
    expect([heldService(world, 'a')?.id, heldService(world, 'y')]).toEqual(['a', undefined]);
  });

  test('a single registration is in the catalog when it is acknowledged; while the servers fail, each push says so', async () => {
    let isDown = true;
    const world = await ServingWorld.start({
      host: {
        submit: (command) => (isDown ? Promise.reject(new KonsulError('STORE_FAILED', 'disk full')) : world.submit(command)),
      },
    });
    const agent = await world.link();
    agent.send(push(1, 'a', 'b'));
    await settle(world);
    expect(agent.frame('ack').failed.map(([place, { code }]) => [place, code])).toEqual([
      [0, 'STORE_FAILED'],
      [1, 'STORE_FAILED'],
    ]);
    isDown = false;
    agent.send(push(2, 'a'));
    await settle(world);
    expect(agent.frame('ack')).toEqual({ t: 'ack', seq: 2, failed: [] });
    expect(heldService(world, 'a')).toMatchObject({ owner: 'id-a1' });
  });
});

describe('fetch and leave', () => {
  test('what is held for the node comes, asked for by its name and node id', async () => {
    const asked: unknown[] = [];
    const held: RemoteNode = { services: [], checks: [], tombstones: [] };
    const fetchNode = (...args: unknown[]): RemoteNode => {
      asked.push(args);
      return held;
    };
    const world = await ServingWorld.start({ host: { fetchNode } });
    const agent = await world.link();
    agent.send({ t: 'fetch', id: 1, digest: [1, 2] });
    const reader = await world.link({ node: undefined });
    reader.send({ t: 'fetch', id: 2, digest: [1, 2] });
    await settle(world);
    expect(agent.frame('done')).toEqual({ t: 'done', id: 1, result: held });
    expect(asked).toEqual([['a1', 'id-a1', [1, 2]]]);
    expect(reader.frame('fail').error.code).toBe('BAD_REQUEST');
  });

  test('a leave is answered when the agent is out', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ t: 'leave', id: 1 });
    await settle(world);
    expect(agent.frame('done').id).toBe(1);
    expect(world.admitted[0]?.told).toEqual(['heard', 'left']);
  });

  test('what an agent writes behind its leave is refused, so that it does not bring its node back', async () => {
    let leave: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} };
    const left = (): Promise<void> =>
      new Promise((resolve, reject) => {
        leave = { resolve, reject };
      });
    const world: ServingWorld = await ServingWorld.start({
      host: { admit: async (agent) => ({ ...(await world.admit(agent)), leave: left }) },
    });
    const agent = await world.link();
    const refused = { code: 'SHUTTING_DOWN', message: expect.stringMatching(/this agent has left/) };
    const isRefused = async (seq: number): Promise<boolean> => {
      agent.clear();
      agent.send(push(seq, 'a', 'b'), put(seq, 'k'));
      await settle(world);
      if (agent.frame('ack').failed.length === 0) return false;
      expect(agent.frame('ack')).toMatchObject({
        seq,
        failed: [
          [0, refused],
          [1, refused],
        ],
      });
      expect(agent.frame('fail')).toMatchObject({ id: seq, error: refused });
      return true;
    };
    agent.send({ t: 'leave', id: 100 });
    await settle(world);
    expect(await isRefused(1)).toBe(true);
    leave.reject(new KonsulError('NO_LEADER', 'No cluster leader'));
    await settle(world);
    expect(await isRefused(2)).toBe(false);
    const { index } = world.state;
    agent.send({ t: 'leave', id: 101 });
    await settle(world);
    leave.resolve();
    await settle(world);
    expect(agent.frame('done').id).toBe(101);
    expect(await isRefused(3)).toBe(true);
    expect(world.state.index).toBe(index);
  });
});
