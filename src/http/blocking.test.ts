import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { requestOf } from '../testing/test-server.ts';
import { testTopic } from '../testing/test-topic.ts';
import type { Backend, Contact, ReadOptions, WaitOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { type Blocking, parseBlocking, readBlocking } from './blocking.ts';
import type { ApiRequest } from './request.ts';

const SETTINGS = { defaultQueryTimeMs: 300_000, maxQueryTimeMs: 600_000 };
const TOPIC = testTopic('test');

const parse = (query: string): Blocking => parseBlocking(requestOf(`GET /v1/x?${query}`).query, SETTINGS);

test.each([
  ['', 0, 300_000],
  ['index=0&wait=5s', 0, 5_000],
  ['index=&wait=', 0, 300_000],
  ['index=7', 7, 300_000],
  ['index=007', 7, 300_000],
  ['wait=10m', 0, 600_000],
  ['wait=10m1s', 0, 600_000],
  ['wait=0s', 0, 300_000],
  ['wait=-3s', 0, 300_000],
  ['wait=1ms', 0, 1],
  ['index=18446744073709551615', 2 ** 64, 300_000],
])('?%s waits for more than %d, at most %d ms', (query, index, waitMs) => {
  expect(parse(query)).toEqual({ index, waitMs });
});

test.each([
  ['index=-1', 'Invalid index'],
  ['index=%2B1', 'Invalid index'],
  ['index=1.5', 'Invalid index'],
  ['index=0x10', 'Invalid index'],
  ['index=x', 'Invalid index'],
  ['index=18446744073709551616', 'Invalid index'],
  ['wait=10', 'Invalid wait time'],
  ['wait=soon', 'Invalid wait time'],
  ['index=x&wait=y', 'Invalid wait time'],
])('?%s is refused: %s', (query, message) => {
  expect(() => parse(query)).toThrow(expect.objectContaining({ status: 400, message }));
});

/** One view that moves when told to; waits end as a backend's do. */
class FakeBackend implements Backend {
  readonly clock: FakeClock = new FakeClock();
  readonly waits: number[] = [];
  index = 5;
  confirms = 0;
  confirmError: Error | undefined;
  /** Moves the view between a read and the wait behind it. */
  beforeWait: () => void = () => {};
  #wake: (wasReplaced: boolean) => void = () => {};

  readonly accepted: unknown[] = [];
  /** The first read has to be fetched. */
  isMissing = false;

  read<T>(_topic: Topic<T>, _key: string, accepts?: ReadOptions): View<T> | Promise<View<T>> {
    this.accepted.push(accepts);
    const view = this.#view<T>();
    return this.isMissing ? Promise.resolve(view) : view;
  }

  #view<T>(): View<T> {
    return createView<T>(this.index, [`at ${this.index}` as T]);
  }

  async wait(_topic: Topic<unknown>, _key: string, index: number, { timeoutMs, signal }: WaitOptions): Promise<boolean> {
    this.waits.push(timeoutMs);
    this.beforeWait();
    if (this.index > index || signal.aborted) return false;
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.clock.after(timeoutMs, () => resolve(false));
      signal.addEventListener('abort', () => resolve(false));
    });
  }

  move(index: number): void {
    this.index = index;
    this.wake();
  }

  wake(): void {
    this.#wake(false);
  }

  /** As after a restore. */
  replace(index: number): void {
    this.index = index;
    this.#wake(true);
  }

  async confirm(): Promise<void> {
    this.confirms += 1;
    if (this.confirmError !== undefined) throw this.confirmError;
  }

  submit(): never {
    throw new Error('nothing is written');
  }

  readonly relay: undefined = undefined;

  contact(): Contact {
    return { knownLeader: true, lastContactMs: 0, freshness: undefined };
  }
}

interface Waiting {
  /** The index that was answered, once it was. */
  answered: number | undefined;
  error: unknown;
}

interface Asked {
  readonly index: number;
  readonly waitMs?: number;
  readonly isConsistent?: boolean;
  readonly jitter?: number;
  readonly signal?: AbortSignal;
  readonly accepts?: ReadOptions;
}

function ask(backend: FakeBackend, { index, waitMs = 16_000, isConsistent = false, jitter = 0, signal, accepts }: Asked): Waiting {
  const request: ApiRequest = requestOf('GET /v1/x', signal === undefined ? {} : { signal });
  const random: Random = { float: () => jitter, uuid: () => '' };
  const waiting: Waiting = { answered: undefined, error: undefined };
  readBlocking({ topic: TOPIC, key: '', blocking: { index, waitMs }, isConsistent, accepts }, request, {
    backend,
    clock: backend.clock,
    random,
  }).then(
    ({ view, isHit }) => {
      expect(isHit).toBe(!backend.isMissing);
      expect(view.items).toEqual([`at ${view.index}`]);
      waiting.answered = view.index;
    },
    (error: unknown) => {
      waiting.error = error;
    },
  );
  return waiting;
}

test.each([0, 1, 4])('An index of %d is past already: the answer comes at once', async (index) => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index });
  await backend.clock.settle();
  expect([waiting.answered, backend.waits]).toEqual([5, []]);
});

test('The answer comes when the index has moved, and not before', async () => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 5 });
  await backend.clock.advance(15_999);
  expect(waiting.answered).toBeUndefined();
  backend.move(9);
  await backend.clock.settle();
  expect(waiting.answered).toBe(9);
});

test.each([
  [0, 16_000],
  [0.5, 16_500],
  [0.999, 16_999],
])('When time is over the view comes as it is: jitter %d of a sixteenth', async (jitter, endMs) => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 5, jitter });
  await backend.clock.advance(endMs - 1);
  expect(waiting.answered).toBeUndefined();
  await backend.clock.advance(1);
  expect(waiting.answered).toBe(5);
});

test('A wake-up without a new index is slept through, and only the rest of the time is waited', async () => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 5 });
  await backend.clock.advance(10_000);
  backend.wake();
  await backend.clock.advance(5_999);
  expect([waiting.answered, backend.waits]).toEqual([undefined, [16_000, 6_000]]);
  await backend.clock.advance(1);
  expect(waiting.answered).toBe(5);
});

test('A change between the read and the wait is not missed', async () => {
  const backend = new FakeBackend();
  backend.beforeWait = () => {
    backend.index = 6;
  };
  const waiting = ask(backend, { index: 5 });
  await backend.clock.settle();
  expect(waiting.answered).toBe(6);
});

test('An index of the far future waits until time is over', async () => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 2 ** 64 });
  backend.move(Number.MAX_SAFE_INTEGER);
  await backend.clock.advance(15_999);
  expect(waiting.answered).toBeUndefined();
  await backend.clock.advance(1);
  expect(waiting.answered).toBe(Number.MAX_SAFE_INTEGER);
});

test('When everything was replaced by a restore the view comes as it is, whatever its index', async () => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 1_000 });
  await backend.clock.settle();
  backend.replace(7);
  await backend.clock.settle();
  expect(waiting.answered).toBe(7);
});

test.each(['gone before', 'gone meanwhile'])('A client that has %s ends the wait', async (when) => {
  const backend = new FakeBackend();
  const client = new AbortController();
  if (when === 'gone before') client.abort();
  const waiting = ask(backend, { index: 5, signal: client.signal });
  await backend.clock.settle();
  client.abort();
  await backend.clock.settle();
  expect(waiting.answered).toBe(5);
});

test('A view that had to be fetched is a miss, and waited for as any other', async () => {
  const backend = new FakeBackend();
  backend.isMissing = true;
  const waiting = ask(backend, { index: 5 });
  await backend.clock.settle();
  backend.move(6);
  await backend.clock.settle();
  expect(waiting.answered).toBe(6);
});

test('What is taken of a view that is not live is said at every read', async () => {
  const backend = new FakeBackend();
  const accepts: ReadOptions = { maxAgeMs: 1, staleIfErrorMs: undefined, mustRevalidate: false };
  ask(backend, { index: 5, accepts });
  await backend.clock.settle();
  backend.move(6);
  await backend.clock.settle();
  expect(backend.accepted).toEqual([accepts, accepts]);
});

test('A consistent query verifies leadership before each evaluation', async () => {
  const backend = new FakeBackend();
  const waiting = ask(backend, { index: 5, isConsistent: true });
  await backend.clock.settle();
  expect(backend.confirms).toBe(1);
  backend.wake();
  await backend.clock.settle();
  expect(backend.confirms).toBe(2);
  backend.confirmError = new KonsulError('NO_LEADER', 'No cluster leader');
  backend.wake();
  await backend.clock.settle();
  expect(waiting.error).toMatchObject({ code: 'NO_LEADER' });
});

test('A plain query never asks for leadership', async () => {
  const backend = new FakeBackend();
  backend.confirmError = new KonsulError('NO_LEADER', 'No cluster leader');
  const waiting = ask(backend, { index: 0 });
  await backend.clock.settle();
  expect([waiting.answered, backend.confirms]).toEqual([5, 0]);
});
