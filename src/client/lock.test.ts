import { afterEach, expect, test } from 'vitest';
import { SystemClock } from '../runtime/clock.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeKv } from '../testing/fake-kv.ts';
import { ApiClient } from './api-client.ts';
import type { Holding, HoldOptions } from './holding.ts';
import { acquireLock, type LockOptions } from './lock.ts';
import { acquireSemaphore, type SemaphoreOptions } from './semaphore.ts';

const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

async function start() {
  const kv = new FakeKv();
  const api = await FakeApi.start(kv.respond);
  apis.push(api);
  const port = Number(api.address.split(':')[1]);
  const client = new ApiClient({
    clock: new SystemClock(),
    target: { kind: 'tcp', host: '127.0.0.1', port, tls: undefined },
    ...{ token: '', datacenter: '', isStale: false, basicAuth: '' },
  });
  const clock = new FakeClock();
  const options = (more: Partial<HoldOptions> = {}): SemaphoreOptions & LockOptions => ({
    ...{ client, clock, prefix: 'p', key: 'p/.lock', limit: 1, name: 'test', monitorRetries: 0, signal: new AbortController().signal },
    ...more,
  });
  /** Until a request matches. */
  const asked = (pattern: RegExp): Promise<void> => expect.poll(() => api.lines.some((line) => pattern.test(line))).toBe(true);
  return { kv, api, clock, options, asked };
}

const held = async (holding: Promise<Holding | undefined>): Promise<Holding> => {
  const found = await holding;
  if (found === undefined) throw new Error('not held');
  return found;
};

test('a free lock is taken as Consul takes it, and leaves nothing behind', async () => {
  const { kv, api, options } = await start();
  const holding = await held(acquireLock(options()));
  expect(kv.pairs.get('p/.lock')).toMatchObject({ session: 'session-1', flags: '3304740253564472344' });
  await holding.release();
  expect([kv.pairs.size, kv.sessions.size]).toEqual([0, 0]);
  expect(JSON.parse(api.requests[0]?.body ?? '')).toEqual({ Name: 'test', TTL: '15s' });
});

test('who comes second waits until the first lets go', async () => {
  const { kv, api, options, asked } = await start();
  const first = await held(acquireLock(options()));
  const second = acquireLock(options());
  await asked(/session\/create.*/);
  await expect.poll(() => api.lines.filter((line) => line.includes('wait=15s')).length).toBeGreaterThan(2);
  expect(kv.pairs.get('p/.lock')?.session).toBe('session-1');
  await first.release();
  await held(second);
  expect(kv.pairs.get('p/.lock')?.session).toBe('session-2');
});

test('a wait can be ended', async () => {
  const { kv, options, asked } = await start();
  await held(acquireLock(options()));
  const waiting = new AbortController();
  const second = acquireLock(options({ signal: waiting.signal }));
  await asked(/index=\d{2}/);
  waiting.abort();
  expect(await second).toBeUndefined();
  expect([...kv.sessions]).toEqual(['session-1']);
});

test.each<[string, (kv: FakeKv) => void, RegExp]>([
  ['its session ends', (kv) => kv.endSession('session-1'), /taken away/],
  ['its key is deleted', (kv) => void kv.respond({ line: 'DELETE /v1/kv/p/.lock', headers: {}, body: '' }), /taken away/],
])('a lock is lost when %s', async (_name, harm, reason) => {
  const { kv, options, asked } = await start();
  const holding = await held(acquireLock(options()));
  await asked(/index=1\d/);
  harm(kv);
  expect(await holding.lost).toMatch(reason);
});

test('a lock is lost when it cannot be seen any more, after the retries that are allowed', async () => {
  const { kv, api, clock, options, asked } = await start();
  const holding = await held(acquireLock(options({ monitorRetries: 2 })));
  await asked(/index=1\d/);
  kv.isDown = true;
  kv.endSession('none');
  await kv.respond({ line: 'GET /v1/kv/x', headers: {}, body: '' });
  await api.stop();
  apis.splice(0);
  let reason: string | undefined;
  void holding.lost.then((text) => {
    reason = text;
  });
  await expect
    .poll(async () => {
      await clock.advance(1_000);
      return reason;
    })
    .toMatch(/cannot be seen/);
});

test('sessions are renewed at half their life, and given up when that fails for their whole life', async () => {
  const { kv, clock, options, api } = await start();
  const holding = await held(acquireLock(options()));
  const renewals = (): number => api.lines.filter((line) => line.includes('/renew/')).length;
  await clock.advance(7_400);
  expect(renewals()).toBe(0);
  await clock.advance(200);
  await expect.poll(renewals).toBe(1);
  kv.sessions.delete('session-1');
  await expect.poll(() => clock.pendingTimers).toBeGreaterThan(0);
  await clock.advance(7_600);
  expect(await holding.lost).toBe('the session is gone');
});

test('a key that is no lock is left alone', async () => {
  const { kv, options } = await start();
  await kv.respond({ line: 'PUT /v1/kv/p/.lock', headers: {}, body: 'mine' });
  await expect(acquireLock(options())).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining('is no lock') });
  expect([kv.pairs.get('p/.lock')?.session, kv.sessions.size]).toEqual(['', 0]);
});

test('a semaphore has as many places as it says, and the next contender waits for one', async () => {
  const { kv, options, asked } = await start();
  const limit = 2;
  const [first] = [await held(acquireSemaphore({ ...options(), limit })), await held(acquireSemaphore({ ...options(), limit }))];
  const lock = (): unknown => JSON.parse(Buffer.from(kv.pairs.get('p/.lock')?.value ?? '', 'base64').toString());
  expect(lock()).toEqual({ Limit: 2, Holders: { 'session-1': true, 'session-2': true } });
  expect(kv.pairs.get('p/.lock')?.flags).toBe('16210313421097356768');
  const third = acquireSemaphore({ ...options(), limit });
  await asked(/PUT .*p\/session-3/);
  await first?.release();
  await held(third);
  expect(lock()).toEqual({ Limit: 2, Holders: { 'session-2': true, 'session-3': true } });
  expect(kv.pairs.has('p/session-1')).toBe(false);
});

test('the place of a holder that died is free', async () => {
  const { kv, options } = await start();
  await held(acquireSemaphore({ ...options(), limit: 1 }));
  kv.endSession('session-1');
  const second = await held(acquireSemaphore({ ...options(), limit: 1 }));
  await second.release();
  expect([...kv.pairs.keys()]).toEqual(['p/session-1']);
});

test('contenders must agree on the number of places', async () => {
  const { kv, options } = await start();
  await held(acquireSemaphore({ ...options(), limit: 2 }));
  await expect(acquireSemaphore({ ...options(), limit: 3 })).rejects.toThrow('the semaphore has 2 places, not 3 (-n)');
  expect([...kv.sessions]).toEqual(['session-1']);
});
