import { expect, test } from 'vitest';
import type { CatalogDeregister } from '../model/commands/catalog.ts';
import { EMPTY_DIGEST } from '../model/digest.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LINK_SETTINGS, LinkingAgent } from '../testing/linking-agent.ts';
import { type ScriptedLink, WELCOME } from '../testing/scripted-link.ts';
import { nodesTopic } from '../topics/nodes.ts';

const deregister = { kind: 'catalog.deregister', node: 'n', serviceId: 's', checkId: '' } as CatalogDeregister;

/** Time passes for it while no timer runs. */
class StallingClock extends FakeClock {
  stalledMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.stalledMs;
  }
}

test('a link that is lost fails what waits on it, tells the sink how old it is, and is dialled again', async () => {
  const agent = await new LinkingAgent().startLinked();
  await agent.clock.advance(4_000);
  const calls = Promise.allSettled([agent.link.submit({ kind: 'kv.delete-tree', prefix: '' }), agent.link.target.fetch(EMPTY_DIGEST)]);
  await agent.clock.settle();
  agent.server.close('connection reset');
  expect(agent.link.isLinked).toBe(false);
  expect(agent.link.status).toMatchObject({ state: 'down', reason: 'connection reset', lastHeardMs: 0, server: WELCOME.server });
  for (const outcome of await calls) expect(outcome).toMatchObject({ reason: { code: 'UNREACHABLE' } });
  expect(agent.sink.log.at(-1)).toBe('unlinked link-down 4000');
  expect(agent.events).toEqual(['linked', 'unlinked connection reset']);
  expect(agent.link.meters.disconnects.closed).toBe(1);
  await agent.clock.advance(100);
  expect(agent.transport.links).toHaveLength(2);
});

test('a link that is lost soon again and again is not dialled in a loop', async () => {
  const agent = await new LinkingAgent().start();
  for (let round = 0; round < 200; round += 1) {
    if (agent.server.closedWith === undefined) {
      agent.server.welcome();
      agent.server.close('thrown out');
    }
    await agent.clock.advance(1_000);
  }
  expect(agent.transport.links.length).toBeLessThan(40);
});

test('three silent heartbeats of the server end the link', async () => {
  const agent = await new LinkingAgent().startLinked();
  await agent.clock.advance(20_000);
  agent.server.deliver({ t: 'hb', i: 11 });
  await agent.clock.advance(29_999);
  expect(agent.link.isLinked).toBe(true);
  const silent = agent.server;
  await agent.clock.advance(1);
  expect(silent.closedWith).toContain('nothing heard');
  expect(agent.link.meters.disconnects.silent).toBe(1);
  expect(agent.sink.log.at(-1)).toBe('unlinked link-down 30000');
});

test('a process that was stopped for long reads what came meanwhile before it calls the server silent', async () => {
  const clock = new StallingClock();
  const agent = await new LinkingAgent({ clock }).start();
  await clock.settle();
  agent.server.welcome();
  await clock.advance(29_000);
  clock.stalledMs = 60_000;
  await clock.advance(1_000);
  expect(agent.link.isLinked, 'the timer was late: one heartbeat more').toBe(true);
  agent.server.deliver({ t: 'hb', i: 11 });
  await clock.advance(25_000);
  expect(agent.link.isLinked).toBe(true);
});

test('heartbeats go up, and are short', async () => {
  const agent = await new LinkingAgent().startLinked();
  const before = agent.link.meters.bytesOut;
  await agent.clock.advance(10_000);
  expect(agent.server.take('hb')).toEqual({ t: 'hb' });
  expect(agent.link.meters.bytesOut - before).toBeLessThan(120);
});

test.each([
  ['bytes that are no message', (last: ScriptedLink) => last.deliverBytes(Buffer.from('nonsense'))],
  ['a second welcome', (last: ScriptedLink) => last.deliver(WELCOME)],
  ['a frame of 100 MB', (last: ScriptedLink) => last.deliverBytes(Buffer.alloc(100 * 1_048_576, '{'))],
  [
    'a refusal',
    (last: ScriptedLink) => last.deliver({ t: 'refused', isTransient: true, error: { code: 'REJECTED', message: 'x', status: 500 } }),
  ],
])('%s on a link that is up end it, with a reason', async (_, send) => {
  const agent = await new LinkingAgent().startLinked();
  send(agent.server);
  expect(agent.server.closedWith).not.toBe('');
  expect(agent.link.meters.disconnects.protocol).toBe(1);
  expect(agent.lines.at(-1)).toMatch(/^warn link to a server lost: /);
  await agent.clock.advance(100);
  agent.server.welcome();
  expect(agent.link.isLinked).toBe(true);
});

test('answers and acknowledgements that nobody waits for mean nothing', async () => {
  const agent = await new LinkingAgent().startLinked();
  agent.server.deliver({ t: 'done', id: 9, result: 1 }, { t: 'fail', id: 9, error: { code: 'REJECTED', message: '', status: 500 } });
  agent.server.deliver({ t: 'ack', seq: 9, failed: [] }, { t: 'head', id: 9, status: 200, headers: {} }, { t: 'cancel', id: 9 });
  agent.server.deliver({ t: 'credit', id: 9, bytes: 1 });
  agent.server.deliverChunk(9, 'x');
  expect(agent.link.isLinked).toBe(true);
});

test('commands, fetches and registrations have their answers', async () => {
  const agent = await new LinkingAgent().startLinked();
  const put = agent.link.submit({ kind: 'kv.delete-tree', prefix: 'a/' });
  const fetch = agent.link.target.fetch([1, 2]);
  const push = agent.link.target.push(deregister);
  await agent.clock.settle();
  const { server: last } = agent;
  expect(last.take('cmd')).toEqual({ t: 'cmd', id: 1, command: { kind: 'kv.delete-tree', prefix: 'a/' } });
  expect(last.take('fetch')).toEqual({ t: 'fetch', id: 2, digest: [1, 2] });
  expect(last.take('push')).toEqual({ t: 'push', seq: 1, commands: [deregister] });
  last.deliver({ t: 'ack', seq: 1, failed: [] }, { t: 'done', id: 2, result: 'same' }, { t: 'done', id: 1, result: true });
  expect(await Promise.all([put, fetch, push])).toEqual([true, 'same', undefined]);
});

test('an error comes back with its code, and one of a newer server as a rejection', async () => {
  const agent = await new LinkingAgent().startLinked();
  const outcomes = Promise.allSettled([1, 2].map(() => agent.link.submit({ kind: 'kv.delete-tree', prefix: '' })));
  await agent.clock.settle();
  agent.server.deliver({ t: 'fail', id: 1, error: { code: 'NO_LEADER', message: 'No cluster leader', status: 500 } });
  agent.server.deliver({ t: 'fail', id: 2, error: { code: 'BRAND_NEW' as never, message: 'new', status: 418 } });
  expect(await outcomes).toMatchObject([{ reason: { code: 'NO_LEADER', retryable: true } }, { reason: { code: 'REJECTED', status: 418 } }]);
});

test('the server asks for a comparison', async () => {
  const agent = await new LinkingAgent().startLinked();
  agent.server.deliver({ t: 'resync' });
  expect(agent.events).toEqual(['linked', 'resync']);
});

test('an agent that has left is not dialled in again', async () => {
  const agent = await new LinkingAgent().startLinked();
  const left = agent.link.leave();
  await agent.clock.settle();
  agent.server.deliver({ t: 'done', id: agent.server.take('leave').id, result: true });
  await left;
  agent.server.close('left');
  await agent.clock.advance(600_000);
  expect(agent.transport.links).toHaveLength(1);
  await agent.link.stop();
});

test('stop closes the link, fails what waits, and leaves nothing running', async () => {
  const agent = await new LinkingAgent().startLinked();
  const call = Promise.allSettled([agent.link.submit({ kind: 'kv.delete-tree', prefix: '' })]);
  await agent.clock.settle();
  await agent.link.stop();
  expect(await call).toMatchObject([{ reason: { code: 'UNREACHABLE' } }]);
  expect(agent.server.closedWith).toBe('the agent stops');
  expect(agent.clock.pendingTimers).toBe(0);
  expect(agent.link.status.state).toBe('down');
  await expect(agent.link.join('b:1')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test.each(['dialling', 'greeting', 'pausing'])('stop while it is %s leaves nothing running', async (what) => {
  const agent = new LinkingAgent();
  if (what === 'dialling') agent.transport.before = () => new Promise(() => {});
  if (what === 'pausing') agent.refuseDials();
  await agent.start();
  await agent.link.stop();
  await agent.clock.settle();
  expect(agent.clock.pendingTimers).toBe(0);
});

test('a registration that was under way when the link broke goes first on the next, as it was, and whoever waits gets its answer', async () => {
  const agent = await new LinkingAgent().startLinked();
  const older = agent.link.target.push(deregister);
  await agent.clock.settle();
  expect(agent.server.take('push').seq).toBe(1);
  agent.server.close('cut');
  await expect(agent.link.target.push(deregister)).rejects.toMatchObject({ code: 'NO_SERVERS' });
  await agent.clock.advance(100);
  agent.server.welcome();
  const newer = agent.link.target.push({ ...deregister, serviceId: 'newer' });
  expect(agent.server.take('push')).toEqual({ t: 'push', seq: 1, commands: [deregister] });
  agent.server.deliver({ t: 'ack', seq: 1, failed: [] });
  await older;
  await agent.clock.settle();
  expect(agent.server.take('push')).toMatchObject({ seq: 2, commands: [{ serviceId: 'newer' }] });
  agent.server.deliver({ t: 'ack', seq: 2, failed: [[0, { code: 'REJECTED', message: 'no', status: 500 }]] });
  await expect(newer).rejects.toMatchObject({ code: 'REJECTED' });
});

test.each(['linked', 'between two links'])('a stop %s ends the registrations under way', async (when) => {
  const agent = await new LinkingAgent().startLinked();
  const failed = expect(agent.link.target.push(deregister)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await agent.clock.settle();
  if (when !== 'linked') agent.server.close('cut');
  await agent.link.stop();
  await failed;
  expect(agent.clock.pendingTimers).toBe(0);
});

test('in the interval mode views are asked for once, and writes go at once all the same', async () => {
  const agent = new LinkingAgent({ settings: { ...LINK_SETTINGS, mode: 'interval' } });
  agent.sink.want(nodesTopic, '');
  await agent.startLinked();
  expect(agent.server.take('sub')).toMatchObject({ once: true, views: [['nodes', '']] });
  agent.link.target.push(deregister).catch(() => {});
  await agent.clock.settle();
  expect(agent.server.has('push')).toBe(true);
});

test('a view with a lower index is shown at once by a server whose welcome was ahead of what is held', async () => {
  const agent = new LinkingAgent();
  agent.sink.lineage = 'lineage-1';
  const held = { topic: nodesTopic, key: '', index: 9, items: ['former'], sizeBytes: 1, lineage: 'lineage-1' };
  agent.sink.want(nodesTopic, '').held = held;
  await agent.start();
  agent.server.welcome({ index: 100 });
  agent.server.deliver({ t: 'view', topic: 'nodes', key: '', index: 7, digest: EMPTY_DIGEST, items: [] });
  expect(agent.sink.log.at(-1)).toBe('put  100');
});

test.each([
  [0, 30],
  [9e15, 900_000],
])('a server that names a heartbeat of %d ms is called silent after %d ms', async (heartbeatMs, silentMs) => {
  const agent = await new LinkingAgent().start();
  agent.server.welcome({ heartbeatMs });
  const { server } = agent;
  await agent.clock.advance(silentMs - 1);
  expect(server.closedWith).toBeUndefined();
  await agent.clock.advance(1);
  expect(server.closedWith).toContain('nothing heard');
});

test.each([
  ['a text', 'something'],
  ['services that are no list', { services: 7, checks: [], tombstones: [] }],
  ['no checks', { services: [], tombstones: [] }],
  ['a service that is nothing', { services: [null], checks: [], tombstones: [] }],
  ['a check without members', { services: [], checks: [{}], tombstones: [] }],
  ['a tombstone of nothing known', { services: [], checks: [], tombstones: [{ kind: 'node', id: 'n', owner: 'o' }] }],
])('a fetch that is answered with %s fails with a clear text', async (_, result) => {
  const agent = await new LinkingAgent().startLinked();
  const fetched = agent.link.target.fetch(EMPTY_DIGEST);
  agent.server.deliver({ t: 'done', id: agent.server.take('fetch').id, result });
  await expect(fetched).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('the server sent something that is no node'),
  });
  expect(agent.link.isLinked, 'nothing else on the link is lost').toBe(true);
});

test.each([99, 399, 600, 9_999, 404.5])('a status of %d for an error is malformed, and ends the link', async (status) => {
  const agent = await new LinkingAgent().startLinked();
  const { server } = agent;
  server.deliver({ t: 'noview', topic: 'nodes', key: '', error: { code: 'REJECTED', message: 'm', status } });
  expect(server.closedWith).toContain('.error.status is not a status of 400 to 599');
});

test.each([99, 600, 99_999])('a status of %d for a relayed answer is malformed, and ends the link', async (status) => {
  const agent = await new LinkingAgent().startLinked();
  const { server } = agent;
  server.deliver({ t: 'head', id: 1, status, headers: {} });
  expect(server.closedWith).toContain('.status is not a status of 100 to 599');
});
