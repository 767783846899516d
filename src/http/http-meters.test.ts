import { afterEach, expect, test, vi } from 'vitest';
import { Metrics } from '../runtime/metrics.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { startTestHttp, stopTestHttp, type TestHttp } from '../testing/test-http.ts';
import { HttpMeters } from './http-meters.ts';

afterEach(stopTestHttp);

interface Shown {
  value(name: string): number | undefined;
  /** `name label…` to count, of what was recorded. */
  counts(): Readonly<Record<string, number>>;
}

function shown({ meters }: TestHttp): Shown {
  const metrics = new Metrics(new FakeClock());
  meters.addTo(metrics);
  return {
    value: (name) => metrics.summary().gauges.find((gauge) => gauge.name === name)?.value,
    counts() {
      const { counters, samples } = metrics.summary();
      return Object.fromEntries(
        [...counters, ...samples].map(({ name, labels, tally }) => [[name, ...Object.values(labels)].join(' '), tally.count]),
      );
    },
  };
}

test('A route that stands for another, by method and path, counts as that one', () => {
  const meters = new HttpMeters([
    { method: 'GET', path: '/v1/a' },
    { method: 'PUT', path: '/v1/a' },
  ]);
  const metrics = new Metrics(new FakeClock());
  meters.addTo(metrics);
  meters.finished({ method: 'GET', path: '/v1/a' }, 1);
  meters.finished({ method: 'GET', path: '/v1/b' }, 1);
  expect(metrics.summary().samples.map(({ labels, tally }) => [labels.method, tally.count])).toEqual([['GET', 1]]);
});

test('Requests are counted by route, never by what was asked for', async () => {
  const http = await startTestHttp();
  const { counts } = shown(http);
  const client = await http.connect();
  for (const path of ['/v1/read/a', '/v1/read/b', '/v1/none/a', '/v1/none/b', '/v1/read/%zz']) await client.get(path);
  await client.until(/malformed/);
  await vi.waitFor(() =>
    expect(counts()).toEqual({ 'consul.api.http GET v1_read_': 2, 'konsul.http.answer_bytes': 5, 'konsul.http.errors_total 4xx': 3 }),
  );
});

test('A failure of the server is told from one of the client; of a stream only the time is known', async () => {
  const http = await startTestHttp();
  const { counts } = shown(http);
  const client = await http.connect();
  await client.send('PUT /v1/stream HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n!');
  await client.until(/no snapshot/);
  await vi.waitFor(() => expect(counts()).toMatchObject({ 'consul.api.http PUT v1_stream': 1, 'konsul.http.errors_total 5xx': 1 }));
  const reader = await http.connect();
  await reader.get('/v1/large');
  await reader.until(/200 OK/);
  reader.destroy();
  await vi.waitFor(() => expect(counts()).toMatchObject({ 'consul.api.http GET v1_large': 1, 'konsul.http.answer_bytes': 1 }));
});

test('Connections and requests are there while they are, and a refused connection is counted', async () => {
  const http = await startTestHttp({ maxConnectionsPerClient: 1 });
  const { value, counts } = shown(http);
  const client = await http.connect();
  await client.get('/v1/wait');
  await vi.waitFor(() => expect([value('konsul.http.connections'), value('konsul.http.requests')]).toEqual([1, 1]));
  const refused = await http.connect();
  await refused.untilClosed();
  expect(counts()).toEqual({ 'konsul.http.refused_connections_total': 1 });
  client.destroy();
  await vi.waitFor(() => expect([value('konsul.http.connections'), value('konsul.http.requests')]).toEqual([0, 0]));
});
