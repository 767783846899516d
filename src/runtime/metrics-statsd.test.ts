import { beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { silentLogger } from './logger.ts';
import { DEFAULT_METRICS_OPTIONS, Metrics } from './metrics.ts';
import { Counter, Sample } from './metrics-instruments.ts';
import { StatsdSink } from './metrics-statsd.ts';

let clock: FakeClock;
let metrics: Metrics;
/** Records each second, so that there is a tick each second; not shown. */
let busy: Counter;
let packets: string[];
let send: (packet: Uint8Array) => Promise<void>;
const warn = vi.fn();

beforeEach(async () => {
  clock = new FakeClock();
  metrics = new Metrics(clock);
  metrics.configure({ ...DEFAULT_METRICS_OPTIONS, rules: ['-konsul.runtime', '-consul.rpc'] });
  busy = new Counter();
  metrics.add('consul.rpc.query', busy);
  busy.increment();
  packets = [];
  send = async (packet) => void packets.push(Buffer.from(packet).toString());
  warn.mockClear();
  await metrics.start();
});

function start(flavour: 'statsd' | 'dogstatsd', tags: readonly string[] = []): StatsdSink {
  const sender = { send: (packet: Uint8Array) => send(packet), close: () => {} };
  const sink = new StatsdSink({ metrics, sender, flavour, tags, logger: { ...silentLogger, warn } });
  sink.start();
  return sink;
}

async function advance(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    busy.increment();
    await clock.advance(1_000);
  }
}

/** What is sent in the next second. */
async function nextSecond(): Promise<string> {
  packets = [];
  await advance(1);
  return packets.join('\n');
}

test('Counters and samples go out when they have something new, gauges at the end of an interval', async () => {
  const [commits, writes] = [new Counter(), new Sample()];
  metrics.add('consul.raft.apply', commits);
  metrics.add('consul.kvs.apply', writes);
  metrics.add('consul.state.nodes', () => 3, { datacenter: 'dc1' });
  start('statsd');
  commits.record(2);
  for (const value of [1.5, 2]) writes.record(value);
  expect(await nextSecond()).toBe('consul.kvs.apply:1.5|ms\nconsul.kvs.apply:2|ms\nconsul.raft.apply:2|c');
  expect(await nextSecond()).toBe('');
  commits.increment();
  expect(await nextSecond()).toBe('consul.raft.apply:1|c');
  await advance(6);
  expect(await nextSecond()).toBe('consul.state.nodes.dc1:3|g');
});

test('DogStatsD gets labels and the configured tags as tags, with nothing in them that separates', async () => {
  const requests = new Sample();
  metrics.add('consul.api.http', requests, { method: 'GET', path: 'v1_kv_' });
  metrics.add('konsul.version', () => 1, { version: '1|2,3#4 5' });
  start('dogstatsd', ['env:prod', 'a b']);
  await advance(9);
  requests.record(1);
  expect(await nextSecond()).toBe(
    'consul.api.http:1|ms|#env:prod,a_b,method:GET,path:v1_kv_\nkonsul.version:1|g|#env:prod,a_b,version:1_2_3_4_5',
  );
});

test('Of many values some are sent, with their rate', async () => {
  const writes = new Sample();
  metrics.add('consul.kvs.apply', writes);
  start('statsd');
  for (let value = 1; value <= 128; value += 1) writes.record(value);
  const lines = (await nextSecond()).split('\n');
  expect(lines).toHaveLength(32);
  expect(lines.at(-1)).toBe('consul.kvs.apply:128|ms|@0.250');
});

test('No packet is larger than a frame, and no line is torn', async () => {
  const writes = new Sample();
  metrics.configure({ ...DEFAULT_METRICS_OPTIONS, prefix: 'p'.repeat(200), rules: ['-konsul', `-${'p'.repeat(200)}.rpc`] });
  metrics.add('consul.kvs.apply', writes);
  metrics.add('consul.version', () => 1, { version: 'x'.repeat(1_500), pre_release: '' });
  start('statsd');
  await advance(9);
  for (let value = 1; value <= 30; value += 1) writes.record(value);
  const lines = (await nextSecond()).split('\n');
  expect(lines).toHaveLength(30);
  expect(packets.length).toBeGreaterThan(4);
  for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(1_400);
  for (const line of lines) expect(line).toMatch(/^p+\.kvs\.apply:\d+\|ms$/);
});

test('A server that is not there is told once, and again after it was there', async () => {
  const commits = new Counter();
  metrics.add('consul.raft.apply', commits);
  start('statsd');
  const working = send;
  const failing = (): Promise<void> => Promise.reject(new Error('refused'));
  for (const each of [failing, failing, working, failing]) {
    send = each;
    commits.increment();
    await advance(1);
  }
  expect(warn.mock.calls).toEqual(Array(2).fill([{ error: 'refused' }, 'metrics could not be sent to statsd']));
});

test('While packets wait for the system nothing piles up; it goes out together afterwards', async () => {
  const commits = new Counter();
  metrics.add('consul.raft.apply', commits);
  start('statsd');
  let sent = (): void => {};
  send = () => new Promise((resolve) => (sent = resolve));
  commits.increment();
  await advance(1);
  send = async (packet) => void packets.push(Buffer.from(packet).toString());
  for (let second = 0; second < 5; second += 1) {
    commits.increment();
    await advance(1);
  }
  expect(packets).toEqual([]);
  sent();
  expect(await nextSecond()).toBe('consul.raft.apply:5|c');
});

test('After a stop nothing is sent', async () => {
  metrics.add('consul.raft.apply', new Counter());
  const sink = start('statsd');
  metrics.add('consul.rpc.queries_blocking', () => 1);
  sink.stop();
  await advance(10);
  expect(packets).toEqual([]);
});
