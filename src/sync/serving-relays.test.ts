import { expect, test } from 'vitest';
import { type RawAgent, ServingWorld } from '../../test/fixtures/serving.ts';
import { KonsulError } from '../runtime/errors.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import type { Relay, RelayRequest } from '../topics/backend.ts';
import { INITIAL_CREDIT_BYTES, MAX_CHUNK_BYTES, type RelayFrame } from './frames.ts';
import { ServingBody } from './serving-body.ts';
import { ServingExchange } from './serving-exchange.ts';
import { ServingMeters } from './serving-meters.ts';
import { Outflow } from './serving-outflow.ts';

const settle = (world: ServingWorld): Promise<void> => world.clock.settle();

const request = (id: number, hasBody = false): RelayFrame => ({
  ...{ t: 'relay', id, method: 'GET', path: '/v1/health/state/any', rawQuery: 'index=5', headers: { 'x-consul-token': 't' } },
  ...{ remoteAddress: '127.0.0.1:9', hasBody },
});

async function* chunksOf(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

async function linked(relay: Relay): Promise<{ readonly world: ServingWorld; readonly agent: RawAgent }> {
  const world = await ServingWorld.start({ host: { relay } });
  return { world, agent: await world.link() };
}

const received = (agent: RawAgent): number => agent.body(1).length;

test('a request goes through as it came, and its answer comes as head, chunks and an empty one', async () => {
  const asked: RelayRequest[] = [];
  const { world, agent } = await linked(async (each) => {
    asked.push(each);
    return { status: 404, headers: { a: 'b' }, chunks: chunksOf('one ', 'two') };
  });
  agent.send(request(1));
  await settle(world);
  expect(asked[0]).toMatchObject({ method: 'GET', path: '/v1/health/state/any', rawQuery: 'index=5', headers: { 'x-consul-token': 't' } });
  expect(agent.frame('head')).toEqual({ t: 'head', id: 1, status: 404, headers: { a: 'b' } });
  expect(agent.body(1).toString()).toBe('one two');
  expect(agent.messages.at(-1)).toMatchObject({ kind: 'chunk', chunk: { id: 1, bytes: { length: 0 } } });
  expect(world.server.meters).toMatchObject({ relays: 0, relayed: 1 });
});

test('a body comes in chunks, and credit is given back as it is read', async () => {
  let body: RelayRequest['bodyStream'] = chunksOf();
  const { world, agent } = await linked(async ({ bodyStream }) => {
    body = bodyStream;
    return new Promise(() => {});
  });
  agent.send(request(1, true));
  agent.sendChunk(1, 'first ');
  agent.sendChunk(1, 'second');
  await settle(world);
  expect(agent.all('credit')).toEqual([]);
  const reader = body[Symbol.asyncIterator]();
  expect(String((await reader.next()).value)).toBe('first ');
  await settle(world);
  expect(agent.all('credit')).toEqual([{ t: 'credit', id: 1, bytes: 6 }]);
  expect(String((await reader.next()).value)).toBe('second');
  const end = reader.next();
  agent.sendChunk(1, '');
  expect(await end).toEqual({ done: true, value: undefined });
});

test('an answer waits for credit, and comes in pieces of 64 KiB at most', async () => {
  const { world, agent } = await linked(async () => ({ status: 200, headers: {}, chunks: chunksOf('x'.repeat(600_000)) }));
  agent.send(request(1));
  await world.clock.advance(100);
  expect(received(agent)).toBe(INITIAL_CREDIT_BYTES);
  agent.send({ t: 'credit', id: 1, bytes: 10 });
  await world.clock.advance(100);
  expect(received(agent)).toBe(INITIAL_CREDIT_BYTES + 10);
  agent.send({ t: 'credit', id: 1, bytes: 1_000_000 });
  await world.clock.advance(100);
  expect(received(agent)).toBe(600_000);
  const sizes = agent.messages.map((message) => (message.kind === 'chunk' ? message.chunk.bytes.length : 0));
  expect(Math.max(...sizes)).toBe(MAX_CHUNK_BYTES);
});

test('while the link has much to carry, changes and heartbeats go and chunks wait', async () => {
  const { world, agent } = await linked(async () => ({ status: 200, headers: {}, chunks: chunksOf('x'.repeat(100)) }));
  agent.send({ t: 'sub', views: [['kv-entry', 'k']], seen: 0 });
  await settle(world);
  let queuedBytes = 300_000;
  Object.defineProperty(world.serverLink, 'queuedBytes', { get: () => queuedBytes });
  agent.send(request(1));
  await world.clock.advance(1_000);
  await world.put('k');
  await world.clock.advance(9_500);
  expect(received(agent)).toBe(0);
  expect(agent.all('view').length + agent.all('change').length).toBe(2);
  expect(agent.all('hb')).toHaveLength(1);
  queuedBytes = 0;
  await world.clock.advance(10);
  expect(received(agent)).toBe(100);
});

test('failing before the head is a failure, breaking off behind it a cancel', async () => {
  const { world, agent } = await linked(async ({ path }) => {
    if (path !== '/later') throw new KonsulError('NO_LEADER', 'No cluster leader');
    return { status: 200, headers: {}, chunks: chunksOf('half', new Error('broken')) };
  });
  agent.send(request(1), { ...request(2), path: '/later' });
  await settle(world);
  expect(agent.all('fail')).toMatchObject([{ id: 1, error: { code: 'NO_LEADER' } }]);
  expect(agent.all('cancel')).toEqual([{ t: 'cancel', id: 2 }]);
  expect(agent.body(2).toString()).toBe('half');
  expect(world.server.meters.relays).toBe(0);
});

test('an agent that cancels, and a link that ends, abort the request; its body breaks', async () => {
  const asked: RelayRequest[] = [];
  const { world, agent } = await linked((each) => {
    asked.push(each);
    return new Promise(() => {});
  });
  agent.send(request(1, true), request(2));
  await settle(world);
  const reading = asked[0]?.bodyStream[Symbol.asyncIterator]().next();
  agent.send({ t: 'cancel', id: 1 });
  await expect(reading).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  agent.sendChunk(1, 'late');
  agent.send({ t: 'credit', id: 1, bytes: 5 }, { t: 'cancel', id: 1 }, { t: 'cancel', id: 99 });
  await settle(world);
  expect(agent.closedBy).toBeUndefined();
  agent.link.close('gone');
  await settle(world);
  expect(asked[1]?.signal.aborted).toBe(true);
  expect(world.server.meters.relays).toBe(0);
});

test('256 at a time, one more is refused; an id in use ends the link', async () => {
  const { world, agent } = await linked(() => new Promise(() => {}));
  for (let id = 1; id <= 257; id += 1) agent.send(request(id));
  await settle(world);
  expect(agent.all('fail')).toMatchObject([{ id: 257, error: { code: 'TOO_MANY_CONNECTIONS' } }]);
  expect(world.server.meters.relays).toBe(256);
  agent.send(request(7));
  await settle(world);
  expect(agent.closedBy).toBe('relay 7 is there already');
  expect(world.server.meters.relays).toBe(0);
});

test('a body in tiny chunks is held in few pieces', async () => {
  const body = new ServingBody(true, () => {});
  for (let at = 0; at < 20_000; at += 1) body.put(Buffer.of(at & 0xff));
  body.put(new Uint8Array());
  let size = 0;
  let pieces = 0;
  for await (const chunk of body) {
    size += chunk.length;
    pieces += 1;
  }
  expect([size, pieces < 300]).toEqual([20_000, true]);
  expect(body.put(Buffer.of(1))).toBe(false);
});

/** Counts who waits for room. */
class CountingOutflow extends Outflow {
  waiters = 0;

  override whenShort(task: () => void): void {
    this.waiters += 1;
    super.whenShort(task);
  }
}

test('an answer waits for room once, however much credit comes meanwhile', async () => {
  const clock = new FakeClock();
  const link = Object.assign(new ScriptedLink(), { queuedBytes: 300_000 });
  const outflow = new CountingOutflow({ link, clock, meters: new ServingMeters(), overflowed: () => {} });
  const relay: Relay = async () => ({ status: 200, headers: {}, chunks: chunksOf('x'.repeat(100)) });
  const exchange = new ServingExchange({ frame: request(1), relay, outflow, ended: () => {} });
  const over = exchange.run();
  for (let times = 0; times < 100; times += 1) {
    await clock.settle();
    exchange.addCredit(1);
  }
  expect(outflow.waiters).toBe(1);
  link.queuedBytes = 0;
  await clock.advance(5);
  await over;
  expect(clock.pendingTimers).toBe(0);
});
