import { expect, test } from 'vitest';
import { LINK_SETTINGS, LinkingAgent } from '../testing/linking-agent.ts';
import { type ScriptedLink, WELCOME } from '../testing/scripted-link.ts';
import { PROTOCOL } from './frames.ts';
import { proofOf } from './handshake.ts';

test('the first try is at once: challenge, hello, welcome, and the link is up', async () => {
  const agent = new LinkingAgent();
  agent.sink.lineage = 'former';
  agent.sink.seen = 77;
  await agent.start();
  expect(agent.link.status).toMatchObject({ state: 'connecting', server: undefined });
  expect(agent.link.isLinked).toBe(false);
  agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 'n1' });
  expect(agent.server.take('hello')).toEqual({
    ...{ t: 'hello', protocol: PROTOCOL, nonce: expect.stringMatching(/^[0-9a-f]{64}$/), proof: '', datacenter: 'dc1', version: '0.1.0' },
    ...{ node: { id: 'node-id', name: 'n', address: '127.0.0.1' }, identity: { nodeId: 'node-id', boot: 3, runId: 'run', isFresh: false } },
    ...{ lineage: 'former', seen: 77, heartbeatMs: 10_000, maxViewBytes: 1_000_000 },
  });
  agent.server.deliver(WELCOME);
  expect(agent.link.isLinked).toBe(true);
  expect(agent.link.status).toEqual({ state: 'up', server: WELCOME.server, sinceMs: 0, reason: '', lastHeardMs: 0, serverIndex: 10 });
  expect(agent.events).toEqual(['linked']);
  expect(agent.sink.log).toEqual(['linked lineage-1']);
  expect(agent.link.meters.connects).toBe(1);
});

test('both sides prove the key; a server that cannot is not believed', async () => {
  const encryptKey = Buffer.from('0123456789abcdef');
  const agent = await new LinkingAgent({ settings: { ...LINK_SETTINGS, encryptKey } }).start();
  agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
  const { nonce, proof } = agent.server.take('hello');
  const input = { key: encryptKey, serverNonce: 's', agentNonce: nonce, nodeId: 'node-id' };
  expect(proof).toBe(proofOf({ ...input, role: 'agent' }));
  agent.server.deliver({ ...WELCOME, proof });
  expect(agent.server.closedWith, 'its own proof sent back is none').toContain('did not prove');
  expect(agent.link.isLinked).toBe(false);
  await agent.clock.advance(30_000);
  agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
  const again = agent.server.take('hello').nonce;
  agent.server.deliver({ ...WELCOME, proof: proofOf({ ...input, agentNonce: again, role: 'server' }) });
  expect(agent.link.isLinked).toBe(true);
});

const nonsense: readonly (readonly [string, (last: ScriptedLink) => void, string])[] = [
  ['bytes that are no message', (last) => last.deliverBytes(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), 'first byte is 72'],
  ['an empty message', (last) => last.deliverBytes(Buffer.from('')), 'empty'],
  ['a frame of 100 MB', (last) => last.deliverBytes(Buffer.alloc(100 * 1_048_576, '{')), 'longer than'],
  ['an unknown frame', (last) => last.deliverBytes(Buffer.from('{"t":"surprise"}')), 'surprise'],
  ['a newer major protocol', (last) => last.deliver({ t: 'challenge', protocol: [2, 0], nonce: 's' }), 'link protocol 2.0'],
  ['a welcome before the hello', (last) => last.deliver(WELCOME), 'welcome frame where none was due'],
  [
    'a second challenge',
    (last) => last.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' }, { t: 'challenge', protocol: PROTOCOL, nonce: 's' }),
    'challenge frame',
  ],
  ['a chunk', (last) => last.deliverChunk(1, 'x'), 'chunk before its welcome'],
  ['the end of the link', (last) => last.close('going away'), 'going away'],
];

test.each(nonsense)('instead of a welcome %s: closed with the reason, and tried again later', async (_, send, reason) => {
  const agent = await new LinkingAgent().start();
  send(agent.server);
  await agent.clock.settle();
  expect(agent.server.closedWith).toContain(reason);
  expect(agent.link.status).toMatchObject({ state: 'down', reason: expect.stringContaining(reason) });
  expect(agent.lines).toEqual([expect.stringMatching(/^warn no link to a server: /)]);
  await agent.clock.advance(100);
  expect(agent.transport.links).toHaveLength(2);
  agent.server.welcome();
  expect(agent.link.isLinked).toBe(true);
});

test('a server that is silent after the connect is left after 5 s', async () => {
  const agent = await new LinkingAgent().start();
  await agent.clock.advance(4_999);
  expect(agent.server.closedWith).toBeUndefined();
  const [silent] = agent.transport.links;
  await agent.clock.advance(1);
  expect(silent?.closedWith).toBe('no greeting within 5 s');
});

test('a dial that never ends is given up after 5 s, and its late link is closed', async () => {
  let open: () => void = () => {};
  const agent = new LinkingAgent();
  agent.transport.before = () => (agent.transport.dialled.length === 1 ? new Promise<void>((resolve) => (open = resolve)) : undefined);
  await agent.start();
  await agent.clock.advance(5_000);
  expect(agent.link.status).toMatchObject({ state: 'down', reason: 'dial a:8300: no answer within 5 s' });
  open();
  await agent.clock.settle();
  expect(agent.transport.links[0]?.closedWith).toBe('dialled in vain');
});

test('a server may take 15 s to let an agent in, and no longer', async () => {
  const agent = await new LinkingAgent().start();
  const { server } = agent;
  server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
  await agent.clock.advance(14_999);
  expect(server.closedWith).toBeUndefined();
  await agent.clock.advance(1);
  expect(server.closedWith).toBe('no greeting within 15 s');
});

test('of a refusal that is a book only the beginning is kept', async () => {
  const agent = await new LinkingAgent().start();
  agent.server.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 's' });
  agent.server.deliver({ t: 'refused', error: { code: 'REJECTED', message: 'x'.repeat(60_000), status: 500 }, isTransient: true });
  await agent.clock.settle();
  expect(agent.link.status).toMatchObject({ reason: 'x'.repeat(1_000), refusal: 'x'.repeat(1_000) });
  expect(agent.lines.join().length).toBeLessThan(1_200);
});
