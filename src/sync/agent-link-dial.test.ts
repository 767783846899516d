import { expect, test } from 'vitest';
import type { CatalogDeregister } from '../model/commands/catalog.ts';
import { EMPTY_DIGEST } from '../model/digest.ts';
import { LINK_SETTINGS, LinkingAgent } from '../testing/linking-agent.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { PROTOCOL } from './frames.ts';

const deregister = { kind: 'catalog.deregister', node: 'n', serviceId: 's', checkId: '' } as CatalogDeregister;

test('servers are tried in turn, each try later than the last by chance, and never more than the interval', async () => {
  const agent = new LinkingAgent({ servers: ['a:1', 'b:1', 'c:1', 'a:1'] });
  agent.refuseDials();
  await agent.start();
  await agent.clock.advance(600_000);
  const [first, second, third, ...rest] = agent.transport.dialled;
  expect(new Set([first, second, third])).toEqual(new Set(['a:1', 'b:1', 'c:1']));
  expect(rest.slice(0, 3)).toEqual([first, second, third]);
  expect(agent.transport.dialled.length, 'at least one try in 30 s').toBeGreaterThan(20);
  expect(agent.transport.dialled.length, 'and not many more').toBeLessThan(80);
  expect(agent.link.meters.failedTries).toBe(agent.transport.dialled.length);
  expect(agent.lines, 'one line for one reason').toEqual(['warn no link to a server: refused']);
});

test('a refusal is logged once, shown, and tried again slowly', async () => {
  const agent = await new LinkingAgent().start();
  for (let round = 0; round < 3; round += 1) {
    agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
    agent.server.deliver({ t: 'refused', isTransient: false, error: { code: 'REJECTED', message: 'name taken', status: 500 } });
    await agent.clock.settle();
    expect(agent.link.status).toMatchObject({ state: 'down', reason: 'name taken', refusal: 'name taken' });
    await agent.clock.advance(14_900);
    expect(agent.transport.links).toHaveLength(round + 1);
    for (let ms = 0; ms < 15_200 && agent.transport.links.length === round + 1; ms += 100) await agent.clock.advance(100);
  }
  expect(agent.lines).toEqual(['warn a server refused this agent: name taken']);
  expect(agent.link.meters.refusals).toBe(3);
  agent.server.welcome();
  expect(agent.link.status.refusal).toBeUndefined();
});

test('after `retryMax` tries it gives up, says so, and can still be joined', async () => {
  const agent = new LinkingAgent({ settings: { ...LINK_SETTINGS, retryMax: 3 } });
  agent.refuseDials('a:8300');
  await agent.start();
  await agent.clock.advance(600_000);
  expect(agent.transport.dialled).toHaveLength(3);
  expect(agent.events).toEqual(['gave up refused']);
  const joined = agent.link.join('b:8300');
  await agent.clock.settle();
  agent.server.welcome();
  await joined;
  expect(agent.link.isLinked).toBe(true);
});

test('without servers it waits to be joined, and everything fails with what Consul says', async () => {
  const agent = await new LinkingAgent({ servers: [] }).start();
  expect(agent.link.status.state).toBe('idle');
  const refusal = { code: 'NO_SERVERS', message: 'No known Consul servers' };
  await expect(agent.link.submit({ kind: 'kv.delete-tree', prefix: '' })).rejects.toMatchObject(refusal);
  await expect(agent.link.target.push(deregister)).rejects.toMatchObject(refusal);
  await expect(agent.link.target.fetch(EMPTY_DIGEST)).rejects.toMatchObject(refusal);
  await expect(agent.link.leave()).rejects.toMatchObject(refusal);
  agent.link.subscribe(nodesTopic, '');
  await agent.clock.advance(3_600_000);
  expect(agent.transport.dialled).toEqual([]);
  expect(agent.clock.pendingTimers, 'an idle link wakes nobody').toBe(0);
  const joined = agent.link.join('b:8300');
  await agent.clock.settle();
  agent.server.welcome();
  await joined;
  expect(agent.link.status.state).toBe('up');
  agent.server.close('gone');
  await agent.clock.advance(100);
  expect(agent.transport.dialled, 'a joined server is remembered').toEqual(['b:8300', 'b:8300']);
});

test('a join that is refused says why, and the link that is up stays', async () => {
  const agent = await new LinkingAgent().startLinked();
  const joined = agent.link.join('b:8300');
  await agent.clock.settle();
  agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
  agent.server.deliver({ t: 'refused', isTransient: false, error: { code: 'NOT_FOUND', message: 'wrong datacenter', status: 404 } });
  await expect(joined).rejects.toMatchObject({ code: 'REJECTED', message: 'wrong datacenter' });
  expect(agent.link.isLinked).toBe(true);
  expect(agent.link.status.state).toBe('up');
});

test('joining the server that is linked changes nothing; joining another one moves the link', async () => {
  const agent = await new LinkingAgent().startLinked();
  await agent.link.join('a:8300');
  await agent.link.join('10.0.0.1:8300');
  expect(agent.transport.links).toHaveLength(1);
  const joined = agent.link.join('b:8300');
  await agent.clock.settle();
  agent.server.welcome({ server: { name: 'server-2', address: '10.0.0.2:8300' } });
  await joined;
  await agent.clock.settle();
  expect(agent.transport.links[0]?.closedWith).toBe('another server was joined');
  expect(agent.link.status).toMatchObject({ state: 'up', server: { name: 'server-2' } });
  expect(agent.events).toEqual(['linked', 'unlinked another server was joined', 'linked']);
  await agent.clock.advance(1_000);
  expect(agent.transport.links, 'and nothing is dialled beside it').toHaveLength(2);
});

test('a join while the link is between two tries does not wait, and ends the trying', async () => {
  const agent = new LinkingAgent();
  agent.refuseDials('a:8300');
  await agent.start();
  const joined = agent.link.join('b:8300');
  await agent.clock.settle();
  agent.server.welcome();
  await joined;
  const tries = agent.transport.dialled.length;
  await agent.clock.advance(9_000);
  expect(agent.transport.dialled).toHaveLength(tries);
  expect(agent.link.isLinked).toBe(true);
});

test.each(['a dial', 'a greeting'])('a stop ends a join that is under way with %s, and leaves no timer', async (what) => {
  const agent = await new LinkingAgent().startLinked();
  if (what === 'a dial') agent.transport.before = () => new Promise(() => {});
  const failed = expect(agent.link.join('b:8300')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await agent.clock.settle();
  await agent.link.stop();
  await failed;
  expect(agent.clock.pendingTimers).toBe(0);
  for (const { closedWith } of agent.transport.links) expect(closedWith).toBeDefined();
  await expect(agent.link.join('c:8300')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
