import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import type { RelayAnswer, RelayRequest } from '../topics/backend.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import { INITIAL_CREDIT_BYTES, MAX_CHUNK_BYTES } from './frames.ts';
import { Outgoing } from './outgoing.ts';
import { Relaying } from './relaying.ts';

let clock: FakeClock;
let link: ScriptedLink;
let meters: AgentLinkMeters;
let relays: Relaying;

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  meters = new AgentLinkMeters();
  relays = new Relaying({ outgoing: new Outgoing(link, meters), clock, meters });
});

async function* bodyOf(...parts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

const request = (more: Partial<RelayRequest> = {}): RelayRequest => ({
  ...{ method: 'GET', path: '/v1/kv/a b', rawQuery: 'consistent', headers: { accept: ['a', 'b'], host: 'x', te: undefined } },
  ...{ bodyStream: bodyOf(), remoteAddress: '127.0.0.1', signal: new AbortController().signal },
  ...more,
});

const head = (id = 1) => ({ t: 'head', id, status: 200, headers: { 'content-type': 'text/plain' } }) as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function textOf({ chunks }: RelayAnswer): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

test('a request goes up as it came, and its answer comes down head first', async () => {
  const relayed = relays.relay(request());
  expect(link.take('relay')).toEqual({
    ...{ t: 'relay', id: 1, method: 'GET', path: '/v1/kv/a b', rawQuery: 'consistent', remoteAddress: '127.0.0.1', hasBody: false },
    headers: { accept: 'a, b', host: 'x' },
  });
  relays.head(head());
  const answer = await relayed;
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' } });
  const text = textOf(answer);
  relays.chunk({ id: 1, bytes: Buffer.from('hello ') });
  relays.chunk({ id: 1, bytes: Buffer.from('world') });
  relays.chunk({ id: 1, bytes: Buffer.from('') });
  expect(await text).toBe('hello world');
  expect(meters.pendingRelays).toBe(0);
  expect(link.frames, 'nothing is said of what is over').toEqual([]);
});

test('several at once do not mix', async () => {
  const both = [relays.relay(request()), relays.relay(request())] as const;
  relays.head(head(2));
  relays.head(head(1));
  const texts = Promise.all([textOf(await both[0]), textOf(await both[1])]);
  for (const [id, text] of [
    [2, 'b'],
    [1, 'a'],
    [2, 'B'],
    [2, ''],
    [1, ''],
  ] as const)
    relays.chunk({ id, bytes: Buffer.from(text) });
  expect(await texts).toEqual(['a', 'bB']);
});

test.each([
  ['GET', false],
  ['PUT', true],
  ['POST', true],
  ['DELETE', true],
])('%s may have a body, whatever its headers say: %s', (method, hasBody) => {
  relays.relay(request({ method, headers: {} })).catch(() => {});
  expect(link.take('relay').hasBody).toBe(hasBody);
});

test('a body goes up in chunks, as far as there is credit, and ends with an empty one', async () => {
  const body = 'x'.repeat(INITIAL_CREDIT_BYTES + 10);
  relays.relay(request({ method: 'PUT', bodyStream: bodyOf(body) })).catch(() => {});
  await turn();
  const sentBytes = (): number => link.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(sentBytes()).toBe(INITIAL_CREDIT_BYTES);
  expect(Math.max(...link.chunks.map(({ bytes }) => bytes.length))).toBe(MAX_CHUNK_BYTES);
  relays.credit({ t: 'credit', id: 1, bytes: 9 });
  await turn();
  expect(sentBytes()).toBe(INITIAL_CREDIT_BYTES);
  relays.credit({ t: 'credit', id: 1, bytes: 1 });
  await turn();
  expect(sentBytes()).toBe(INITIAL_CREDIT_BYTES + 10);
  expect(link.chunks.at(-1)?.bytes.length).toBe(0);
});

test('an answer that comes before the body is through ends the sending of the body', async () => {
  let isReturned = false;
  const body = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false as const, value: Buffer.alloc(MAX_CHUNK_BYTES) }),
      return: async () => {
        isReturned = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const relayed = relays.relay(request({ headers: { 'transfer-encoding': 'chunked' }, bodyStream: body }));
  await turn();
  relays.head(head());
  relays.chunk({ id: 1, bytes: Buffer.from('') });
  const sent = link.chunks.length;
  relays.credit({ t: 'credit', id: 1, bytes: 10_000_000 });
  await turn();
  expect(await textOf(await relayed)).toBe('');
  expect(link.chunks.length).toBe(sent);
  expect(isReturned, 'the stream belongs to whoever made it').toBe(false);
});

test('a body that breaks off cancels the request', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('x');
    throw new Error('reset');
  }
  const relayed = relays.relay(request({ method: 'PUT', bodyStream: broken() }));
  await expect(relayed).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('reset') });
  expect(link.take('cancel').id).toBe(1);
});

test('what was read is granted again, in portions', async () => {
  const relayed = relays.relay(request());
  relays.head(head());
  const chunks = (await relayed).chunks[Symbol.asyncIterator]();
  for (let at = 0; at < 4; at += 1) relays.chunk({ id: 1, bytes: Buffer.alloc(MAX_CHUNK_BYTES / 2) });
  await chunks.next();
  expect(link.has('credit')).toBe(false);
  await chunks.next();
  expect(link.take('credit')).toEqual({ t: 'credit', id: 1, bytes: MAX_CHUNK_BYTES });
});

test('a server that sends more than it may is cut off, and no more is kept', async () => {
  const relayed = relays.relay(request());
  relays.head(head());
  const answer = await relayed;
  for (let at = 0; at < 100; at += 1) relays.chunk({ id: 1, bytes: Buffer.alloc(MAX_CHUNK_BYTES) });
  expect(link.take('cancel').id).toBe(1);
  await expect(textOf(answer)).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('more of its answer') });
});

test.each(['', 'x'])('a chunk %j before any head is no answer', async (text) => {
  const relayed = relays.relay(request());
  relays.chunk({ id: 1, bytes: Buffer.from(text) });
  await expect(relayed).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('no head') });
});

test('a refusal is the answer; after the head it breaks the answer', async () => {
  const error = { code: 'REJECTED', message: 'no', status: 500 } as const;
  const first = relays.relay(request());
  relays.fail({ t: 'fail', id: 1, error });
  await expect(first).rejects.toMatchObject({ code: 'REJECTED' });
  const second = relays.relay(request());
  relays.head(head(2));
  relays.fail({ t: 'fail', id: 2, error });
  await expect(textOf(await second)).rejects.toMatchObject({ code: 'REJECTED' });
});

test('an answer that the server breaks off throws', async () => {
  const relayed = relays.relay(request());
  relays.head(head());
  relays.chunk({ id: 1, bytes: Buffer.from('half') });
  relays.cancel({ t: 'cancel', id: 1 });
  await expect(textOf(await relayed)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('a client that goes away cancels its request at the server, before the head and behind it', async () => {
  const [early, late] = [new AbortController(), new AbortController()];
  const first = relays.relay(request({ signal: early.signal }));
  const second = relays.relay(request({ signal: late.signal }));
  relays.head(head(2));
  early.abort();
  late.abort();
  await expect(first).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await expect(textOf(await second)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect([link.take('cancel').id, link.take('cancel').id]).toEqual([1, 2]);
  relays.chunk({ id: 2, bytes: Buffer.from('late') });
  expect(meters.pendingRelays).toBe(0);
});

test('a reader that stops reading cancels', async () => {
  const relayed = relays.relay(request());
  relays.head(head());
  relays.chunk({ id: 1, bytes: Buffer.from('x') });
  for await (const _ of (await relayed).chunks) break;
  expect(link.take('cancel').id).toBe(1);
});

test('the end of the link ends every exchange with its reason', async () => {
  const first = relays.relay(request());
  const second = relays.relay(request());
  relays.head(head(2));
  const answer = await second;
  relays.end('cut');
  await expect(first).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('cut') });
  await expect(textOf(answer)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(link.frames.filter(({ t }) => t !== 'relay')).toEqual([]);
});

test('more than 256 at a time are refused', async () => {
  const all = Promise.allSettled(Array.from({ length: 256 }, () => relays.relay(request())));
  await expect(relays.relay(request())).rejects.toMatchObject({ code: 'TOO_MANY_CONNECTIONS', status: 429 });
  relays.end('over');
  await all;
});

test('a request whose client has gone already is not sent', async () => {
  const gone = new AbortController();
  gone.abort();
  await expect(relays.relay(request({ signal: gone.signal }))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(link.frames).toEqual([]);
});

const NO_HEAD = { code: 'UNREACHABLE', message: expect.stringContaining('did not answer within 10 s') };

test.each(['', 'consistent', 'index=0&wait=5m'])('a request `?%s` without a head for 10 s fails, and is cancelled', async (rawQuery) => {
  const relayed = relays.relay(request({ rawQuery }));
  await clock.advance(9_999);
  expect(meters.pendingRelays).toBe(1);
  const failed = expect(relayed).rejects.toMatchObject(NO_HEAD);
  await clock.advance(1);
  await failed;
  expect(link.take('cancel').id).toBe(1);
  expect(meters.pendingRelays).toBe(0);
});

test.each([{ rawQuery: 'consistent&index=7' }, { rawQuery: 'index=18446744073709551615&wait=10m' }, { path: '/v1/snapshot' }])(
  'a request that waits at the server, or takes long there, waits here: %o',
  async (more) => {
    const relayed = relays.relay(request(more));
    await clock.advance(600_000);
    expect(clock.pendingTimers).toBe(0);
    relays.head(head());
    expect((await relayed).status).toBe(200);
  },
);

test('behind the head there is no deadline: the reader takes the answer as he likes', async () => {
  const relayed = relays.relay(request());
  await clock.advance(9_999);
  relays.head(head());
  const answer = await relayed;
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(60_000);
  relays.chunk({ id: 1, bytes: Buffer.from('late') });
  relays.chunk({ id: 1, bytes: Buffer.from('') });
  expect(await textOf(answer)).toBe('late');
});

test('a slow body has the time that its client needs, and the server 10 s from its end', async () => {
  let more: () => void = () => {};
  async function* slow(): AsyncIterable<Uint8Array> {
    yield Buffer.from('x');
    await new Promise<void>((resolve) => (more = resolve));
    yield Buffer.from('y');
  }
  const failed = expect(relays.relay(request({ method: 'PUT', bodyStream: slow() }))).rejects.toMatchObject(NO_HEAD);
  await clock.advance(60_000);
  more();
  await clock.advance(9_999);
  expect(meters.pendingRelays).toBe(1);
  await clock.advance(1);
  await failed;
});

test('a body that the server grants no credit for fails after 10 s, and one that it grants some does not', async () => {
  const body = 'x'.repeat(INITIAL_CREDIT_BYTES + 2 * MAX_CHUNK_BYTES);
  const failed = expect(relays.relay(request({ method: 'PUT', bodyStream: bodyOf(body) }))).rejects.toMatchObject(NO_HEAD);
  await clock.advance(9_999);
  relays.credit({ t: 'credit', id: 1, bytes: MAX_CHUNK_BYTES });
  await clock.advance(9_999);
  expect(meters.pendingRelays).toBe(1);
  await clock.advance(1);
  await failed;
});

test.each(['the end of the link', 'its client going away'])('%s leaves no timer', async (how) => {
  const client = new AbortController();
  const relayed = relays.relay(request({ signal: client.signal }));
  if (how === 'its client going away') client.abort();
  else relays.end('cut');
  await expect(relayed).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(clock.pendingTimers).toBe(0);
});
