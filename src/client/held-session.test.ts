import { afterEach, expect, test } from 'vitest';
import { SystemClock } from '../runtime/clock.ts';
import { type FakeAnswer, FakeApi } from '../testing/fake-api.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ApiClient } from './api-client.ts';
import { HeldSession } from './held-session.ts';

const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

async function held(renew: () => Promise<FakeAnswer>) {
  const api = await FakeApi.start(async ({ line }) =>
    line.includes('/create') ? { body: '{"ID":"s"}' } : line.includes('/renew') ? renew() : {},
  );
  apis.push(api);
  const client = new ApiClient({
    clock: new SystemClock(),
    target: { kind: 'tcp', host: '127.0.0.1', port: Number(api.address.split(':')[1]), tls: undefined },
    ...{ token: '', datacenter: '', isStale: false, basicAuth: '' },
  });
  const clock = new FakeClock();
  const session = await HeldSession.open(client, clock, { name: 'test', ttlMs: 15_000 });
  let lost = '';
  void session.lost.then((reason) => (lost = reason));
  const renewals = (count: number): Promise<void> =>
    expect.poll(() => api.lines.filter((line) => line.includes('/renew')).length).toBe(count);
  return { clock, session, renewals, lost: () => lost };
}

test('A session that is renewed in time is not lost', async () => {
  const { clock, session, renewals, lost } = await held(async () => ({ body: '[]' }));
  for (let n = 1; n <= 6; n += 1) {
    await clock.advance(7_500);
    await renewals(n);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(lost()).toBe('');
  await session.close();
  await clock.advance(60_000);
  expect(lost()).toBe('');
});

test('A server that takes renewals and never answers loses the session when its life is over, and not later', async () => {
  const { clock, renewals, lost } = await held(() => new Promise(() => {}));
  await clock.advance(7_500);
  await renewals(1);
  await clock.advance(7_499);
  expect(lost()).toBe('');
  await clock.advance(1);
  await expect.poll(lost).toBe('the session could not be renewed in time');
});

test('A session that the servers do not know is lost at once', async () => {
  const { clock, lost } = await held(async () => ({ status: 404 }));
  await clock.advance(7_500);
  await expect.poll(lost).toBe('the session is gone');
});
