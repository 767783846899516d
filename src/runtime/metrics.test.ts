import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { DEFAULT_METRICS_OPTIONS, Metrics, type MetricsSummary } from './metrics.ts';
import { Counter, Sample } from './metrics-instruments.ts';

let clock: FakeClock;
let metrics: Metrics;
let reads: Counter;
let writes: Sample;

beforeEach(() => {
  clock = new FakeClock();
  metrics = new Metrics(clock);
  reads = new Counter();
  writes = new Sample();
  metrics.add('consul.rpc.query', reads);
  metrics.add('consul.kvs.apply', writes);
});

/** What a summary shows of the two instruments. */
const shown = ({ start, counters, samples }: MetricsSummary): readonly unknown[] => [
  start.slice(11, 19),
  ...[...counters, ...samples].map(({ name, tally }) => `${name} ${tally.sum}`),
];

test('The running interval is shown until there is a complete one, then the last complete one', async () => {
  await metrics.start();
  reads.increment();
  writes.record(3);
  expect(shown(metrics.summary())).toEqual(['10:00:00', 'consul.rpc.query 1', 'consul.kvs.apply 3']);
  await clock.advance(10_000);
  reads.record(5);
  expect(shown(metrics.summary()).slice(0, 3)).toEqual(['10:00:00', 'consul.rpc.query 1', 'consul.kvs.apply 3']);
  await clock.advance(10_000);
  expect(shown(metrics.summary()).slice(0, 2)).toEqual(['10:00:10', 'consul.rpc.query 5']);
  await metrics.stop();
});

/** How often the lag was looked at since the start. */
const ticks = (): number => {
  const lag = metrics.families().find(({ name }) => name === 'konsul.runtime.event_loop_lag_seconds')?.series[0]?.source;
  return lag instanceof Sample ? lag.count : Number.NaN;
};

test('Intervals end in time while it is started, though nobody looks', async () => {
  await clock.advance(3_400);
  await metrics.start();
  await clock.advance(6_600);
  reads.increment();
  await clock.advance(10_000);
  expect(clock.pendingTimers).toBe(1);
  expect(shown(metrics.summary()).slice(0, 2)).toEqual(['10:00:10', 'consul.rpc.query 1']);
  await metrics.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('It wakes once a second while something is recorded, else once in an interval', async () => {
  reads.increment();
  await metrics.start();
  for (let second = 0; second < 5; second += 1) {
    reads.increment();
    await clock.advance(1_000);
  }
  await clock.advance(1_000);
  expect(ticks()).toBe(6);
  await clock.advance(14_000);
  expect(ticks()).toBe(8);
  await metrics.stop();
});

test('A timer that runs late shows as lag of the event loop', async () => {
  const late = new FakeClock();
  let lagMs = 0;
  const slow = Object.assign(Object.create(late) as FakeClock, {
    wallMs: () => late.wallMs(),
    nowMs: () => late.nowMs() + lagMs,
    after: (ms: number, task: () => void) => late.after(ms, task),
  });
  const lagging = new Metrics(slow);
  lagging.add('consul.rpc.query', reads);
  reads.increment();
  await lagging.start();
  lagMs = 250;
  await late.advance(1_000);
  expect(lagging.summary().samples[0]?.tally).toMatchObject({ count: 1, max: 0.25 });
  await lagging.stop();
});

test('A wall clock that jumps back ends the interval, and nothing is counted twice', async () => {
  reads.increment();
  clock.jumpWall(-3_600_000);
  expect(shown(metrics.summary())).toEqual(['10:00:00', 'consul.rpc.query 1']);
  await clock.advance(10_000);
  expect(shown(metrics.summary())).toEqual(['09:00:00']);
  expect(reads.count).toBe(1);
});

test('A gauge is read when somebody looks', () => {
  let waiting = 1;
  metrics.add('consul.rpc.queries_blocking', () => waiting);
  waiting = 2;
  expect(metrics.summary().gauges).toEqual([{ name: 'consul.rpc.queries_blocking', labels: {}, value: 2 }]);
});

test('The next interval is told when it ends, to all who wait, and not to one who left', async () => {
  await metrics.start();
  const leaving = new AbortController();
  const signal = new AbortController().signal;
  const told: (MetricsSummary | undefined)[] = [];
  for (const each of [signal, signal, leaving.signal]) void metrics.nextInterval(each).then((summary) => told.push(summary));
  leaving.abort();
  await clock.advance(9_999);
  expect(told).toEqual([undefined]);
  reads.increment();
  await clock.advance(1);
  expect(told.slice(1).map((summary) => summary && shown(summary)[1])).toEqual(['consul.rpc.query 1', 'consul.rpc.query 1']);
  expect(told[1]).toBe(told[2]);
  expect(await metrics.nextInterval(leaving.signal)).toBeUndefined();
  await metrics.stop();
});

test('The prefix stands in place of Consul, and the filter goes by full names', () => {
  reads.increment();
  metrics.add('konsul.state.views', () => 0);
  metrics.configure({ ...DEFAULT_METRICS_OPTIONS, prefix: 'edge', rules: ['-edge.kvs', '-konsul.runtime'] });
  expect(metrics.families().map(({ name }) => name)).toEqual(['edge.rpc.query', 'konsul.state.views']);
  expect(metrics.isPrometheusEnabled).toBe(false);
  metrics.configure({ ...DEFAULT_METRICS_OPTIONS, prometheusRetentionMs: 1 });
  expect(metrics.families().map(({ name }) => name)).toContain('consul.kvs.apply');
  expect(metrics.isPrometheusEnabled).toBe(true);
});

test.each<[string, () => void]>([
  ['a series that is there', () => metrics.add('consul.rpc.query', new Counter())],
  ['another kind than the list says', () => metrics.add('consul.rpc.query', () => 1)],
  ['a sample for a counter', () => metrics.add('consul.raft.apply', new Sample())],
  ['labels that the list does not have', () => metrics.add('consul.raft.apply', new Counter(), { key: 'x' })],
  ['no labels where the list has some', () => metrics.add('consul.state.nodes', () => 1)],
])('A bug is told: %s', (_name, add) => {
  expect(add).toThrow(expect.objectContaining({ code: 'KONSUL_INVARIANT' }));
});
