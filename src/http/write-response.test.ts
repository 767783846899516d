import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { isDrained, writeResponse } from './write-response.ts';

/** A response whose client reads only when told to. */
class SlowResponse extends EventEmitter {
  destroyed = false;
  /** Bytes of a whole answer that the client has yet to take. */
  writableLength = 0;
  head: unknown[] = [];
  readonly written: string[] = [];
  isEnded = false;

  flushHeaders(): void {}

  writeHead(...head: unknown[]): void {
    this.head = head;
  }

  write(chunk: Uint8Array): boolean {
    this.written.push(Buffer.from(chunk).toString());
    return false;
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.written.push(Buffer.from(chunk).toString());
    this.isEnded = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function* chunks(log: string[]): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (const text of ['a', 'b', 'c']) {
      log.push(text);
      yield Buffer.from(text);
    }
  } finally {
    log.push('ended');
  }
}

const write = (response: SlowResponse, body: Buffer | AsyncIterable<Uint8Array>, clock = new FakeClock()): Promise<void> =>
  writeResponse(response as unknown as ServerResponse, { status: 200, headers: { A: 'b' }, body }, clock);

test('A whole body is sent with its length', async () => {
  const response = new SlowResponse();
  await write(response, Buffer.from('héllo'));
  expect([response.head, response.written, response.isEnded]).toEqual([[200, { A: 'b', 'Content-Length': 6 }], ['héllo'], true]);
});

test('A stream is made no faster than the client reads', async () => {
  const response = new SlowResponse();
  const log: string[] = [];
  const done = write(response, chunks(log));
  await settle();
  expect(log).toEqual(['a']);
  response.emit('drain');
  await settle();
  expect(log).toEqual(['a', 'b']);
  response.emit('drain');
  await settle();
  response.emit('drain');
  await done;
  expect([response.written, response.isEnded, response.head]).toEqual([['a', 'b', 'c'], true, [200, { A: 'b' }]]);
  expect([response.listenerCount('drain'), response.listenerCount('close')]).toEqual([0, 0]);
});

test('A stream ends when its client has gone', async () => {
  const response = new SlowResponse();
  const log: string[] = [];
  const done = write(response, chunks(log));
  await settle();
  response.destroyed = true;
  response.emit('close');
  await done;
  expect([log, response.isEnded]).toEqual([['a', 'b', 'ended'], false]);
});

const listenersOf = (response: SlowResponse): number[] => ['drain', 'finish', 'close'].map((event) => response.listenerCount(event));

test('A client that takes nothing of a stream for a minute is cut off', async () => {
  const [response, clock, log] = [new SlowResponse(), new FakeClock(), [] as string[]];
  const done = write(response, chunks(log), clock);
  await clock.advance(59_999);
  response.emit('drain');
  await clock.advance(59_999);
  expect([response.destroyed, response.written]).toEqual([false, ['a', 'b']]);
  await clock.advance(1);
  await done;
  expect([response.destroyed, response.isEnded, log.at(-1)]).toEqual([true, false, 'ended']);
  expect([clock.pendingTimers, listenersOf(response)]).toEqual([0, [0, 0, 0]]);
});

test('A large whole body is handed over in pieces, and its client cut off after a minute of nothing', async () => {
  const [response, clock] = [new SlowResponse(), new FakeClock()];
  const done = write(response, Buffer.alloc(600 * 1024), clock);
  await clock.advance(59_999);
  response.emit('drain');
  await clock.advance(59_999);
  expect([response.destroyed, response.written.length]).toEqual([false, 2]);
  await clock.advance(1);
  await done;
  expect([response.destroyed, response.isEnded, response.written.length]).toEqual([true, false, 2]);
});

test('A client that takes all pieces of a large whole body gets exactly it', async () => {
  const [response, clock] = [new SlowResponse(), new FakeClock()];
  const text = Array.from({ length: 100_000 }, (_, n) => n).join();
  const done = write(response, Buffer.from(text), clock);
  for (let n = 0; n < 3; n += 1) {
    await clock.settle();
    response.emit('drain');
  }
  await done;
  expect([response.written.join('') === text, response.isEnded, clock.pendingTimers]).toEqual([true, true, 0]);
});

test.each(['finish', 'nothing'])('The end of an answer that the client has yet to take is waited for: %s comes', async (event) => {
  const [response, clock] = [new SlowResponse(), new FakeClock()];
  response.writableLength = 5;
  const done = write(response, Buffer.from('héll'), clock);
  await clock.advance(59_999);
  if (event === 'finish') response.emit('finish');
  await clock.advance(1);
  await done;
  expect([response.destroyed, clock.pendingTimers, listenersOf(response)]).toEqual([event === 'nothing', 0, [0, 0, 0]]);
});

test('Nothing is written to a client that has gone already', async () => {
  const response = new SlowResponse();
  response.destroyed = true;
  await write(response, Buffer.from('x'));
  expect([response.head, response.written]).toEqual([[], []]);
});

test.each([
  ['whose end was read', { complete: true, headers: { 'content-length': '9' } }, true],
  ['without a body', { complete: false, headers: {} }, true],
  ['with an empty body', { complete: false, headers: { 'content-length': '0' } }, true],
  ['with bytes to come', { complete: false, headers: { 'content-length': '9' } }, false],
  ['with chunks to come', { complete: false, headers: { 'transfer-encoding': 'chunked' } }, false],
])('A request %s is drained: %s', (_what, message, drained) => {
  expect(isDrained(message as unknown as IncomingMessage)).toBe(drained);
});
