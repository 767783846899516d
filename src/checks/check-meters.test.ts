import { expect, test } from 'vitest';
import { Metrics } from '../runtime/metrics.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { CheckMeters } from './check-meters.ts';

test('An attempt is timed by its type, however it ends', async () => {
  const clock = new FakeClock();
  const metrics = new Metrics(clock);
  const meters = new CheckMeters(clock);
  meters.addTo(metrics);
  const healthy = { status: 'passing', output: '' } as const;
  const attempt = meters.timed('http', () => clock.sleep(250).then(() => healthy));
  const broken = meters.timed('tcp', () => clock.sleep(500).then(() => Promise.reject(new Error('no route'))));
  broken.catch(() => {});
  await clock.advance(500);
  expect(await attempt).toBe(healthy);
  await expect(broken).rejects.toThrow('no route');
  const found = metrics.summary().samples.map(({ labels, tally }) => [labels.type, tally.sum]);
  expect(found.sort()).toEqual([
    ['http', 0.25],
    ['tcp', 0.5],
  ]);
});
