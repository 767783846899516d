import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import type { HttpCall } from '../runtime/http-client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Relay, RelayRequest } from '../topics/backend.ts';
import { RelayTransport } from './relay-transport.ts';

const call = (more: Partial<HttpCall> = {}): HttpCall => ({
  ...{ method: 'PUT', path: '/v1/kv/a%20b?cas=1', headers: { 'X-Consul-Token': 't' }, timeoutMs: 1_000 },
  ...more,
});

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

function start(relay: Relay) {
  const clock = new FakeClock();
  return { clock, transport: new RelayTransport('the agent', relay, clock) };
}

const textOf = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
};

test('a call becomes a request of the API, and its answer a reply', async () => {
  const asked: (RelayRequest & { readonly text: string })[] = [];
  const { clock, transport } = start(async (request) => {
    asked.push({ ...request, text: await textOf(request.bodyStream) });
    return { status: 201, headers: { 'X-Consul-Index': '7' }, chunks: chunksOf('a', 'b') };
  });
  const reply = await transport.call(call({ body: Buffer.from('body') }));
  expect({ ...reply, body: Buffer.from(reply.body).toString() }).toEqual({ status: 201, headers: { 'x-consul-index': '7' }, body: 'ab' });
  await transport.call(call({ body: chunksOf('x', 'y') }));
  await transport.call(call({}));
  expect(asked.map(({ text }) => text)).toEqual(['body', 'xy', '']);
  expect(asked[0]).toMatchObject({
    method: 'PUT',
    path: '/v1/kv/a b',
    rawQuery: 'cas=1',
    headers: { 'x-consul-token': 't' },
    remoteAddress: '',
  });
  expect(clock.pendingTimers).toBe(0);
});

test('an answer is streamed as it comes', async () => {
  const { transport } = start(async () => ({ status: 200, headers: {}, chunks: chunksOf('a', 'b') }));
  const { chunks } = await transport.stream(call());
  expect(await textOf(chunks)).toBe('ab');
});

test('who does not answer in time, or whose caller gives up, is UNREACHABLE, and is told to stop', async () => {
  let signal: AbortSignal | undefined;
  const { clock, transport } = start((request) => {
    signal = request.signal;
    return new Promise(() => {});
  });
  const late = expect(transport.call(call())).rejects.toMatchObject({ code: 'UNREACHABLE', message: 'the agent did not answer in time' });
  await clock.advance(1_000);
  await late;
  expect(signal?.aborted).toBe(true);
  const stop = new AbortController();
  const ended = expect(transport.call(call({ signal: stop.signal }))).rejects.toMatchObject({ code: 'UNREACHABLE' });
  stop.abort();
  await ended;
  expect(clock.pendingTimers).toBe(0);
});

test('errors of the relay come through; a path that is none is refused', async () => {
  const { transport } = start(() => Promise.reject(new KonsulError('NO_SERVERS', 'No known Consul servers')));
  await expect(transport.call(call())).rejects.toMatchObject({ code: 'NO_SERVERS' });
  await expect(transport.call(call({ path: '/v1/kv/%zz' }))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
