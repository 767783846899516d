import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { DEFAULT_METRICS_OPTIONS, type Family, Metrics } from './metrics.ts';
import { Counter, Sample } from './metrics-instruments.ts';
import { prometheusText } from './metrics-prometheus.ts';

let metrics: Metrics;

beforeEach(() => {
  metrics = new Metrics(new FakeClock());
  metrics.configure({ ...DEFAULT_METRICS_OPTIONS, rules: ['-konsul.runtime'] });
});

const text = (): string => prometheusText(metrics.families());

test('Gauges, counters and samples have help, type and their lines, by name', () => {
  const [commits, writes] = [new Counter(), new Sample()];
  metrics.add('consul.raft.apply', commits);
  metrics.add('consul.kvs.apply', writes);
  metrics.add('consul.state.nodes', () => 3, { datacenter: 'dc1' });
  commits.increment();
  for (const value of [1.5, 2.5]) writes.record(value);
  expect(text()).toBe(
    [
      '# HELP consul_kvs_apply Time to make a write of the KV store durable.',
      '# TYPE consul_kvs_apply summary',
      'consul_kvs_apply{quantile="0.5"} 1.5',
      'consul_kvs_apply{quantile="0.9"} 2.5',
      'consul_kvs_apply{quantile="0.99"} 2.5',
      'consul_kvs_apply_sum 4',
      'consul_kvs_apply_count 2',
      '# HELP consul_raft_apply Commits that this server made durable.',
      '# TYPE consul_raft_apply counter',
      'consul_raft_apply 1',
      '# HELP consul_state_nodes Nodes of the catalog.',
      '# TYPE consul_state_nodes gauge',
      'consul_state_nodes{datacenter="dc1"} 3',
      '',
    ].join('\n'),
  );
});

test('Counters and sums go on over intervals', () => {
  const writes = new Sample();
  metrics.add('consul.kvs.apply', writes);
  writes.record(1);
  writes.endInterval();
  writes.record(2);
  expect(text()).toContain('consul_kvs_apply_sum 3\nconsul_kvs_apply_count 2\n');
});

test('A sample without values is there with NaN and 0; one with labels only once it has some', () => {
  const [kv, status] = [new Sample(), new Sample()];
  metrics.add('consul.txn.apply', new Sample());
  metrics.add('consul.api.http', kv, { method: 'GET', path: 'v1_kv_' });
  metrics.add('consul.api.http', status, { method: 'GET', path: 'v1_status_leader' });
  expect(text()).not.toContain('consul_api_http');
  expect(text()).toContain('consul_txn_apply{quantile="0.5"} NaN\n');
  expect(text()).toContain('consul_txn_apply_sum 0\nconsul_txn_apply_count 0\n');
  kv.record(1);
  expect(text()).toContain('consul_api_http{method="GET",path="v1_kv_",quantile="0.99"} 1\n');
  expect(text()).toContain('consul_api_http_count{method="GET",path="v1_kv_"} 1\n');
  expect(text()).not.toContain('status_leader');
});

test('Values, labels, help and names are escaped', () => {
  const family: Family = {
    name: '9-edge.a b',
    definition: { type: 'gauge', unit: 'x', labels: ['l'], help: 'a\\b\nc "d"' },
    series: [
      { labels: { l: 'a"b\\c\nd' }, source: () => Number.POSITIVE_INFINITY },
      { labels: { l: 'é' }, source: () => Number.NEGATIVE_INFINITY },
      { labels: { l: '' }, source: () => 1e21 },
    ],
  };
  expect(prometheusText([family])).toBe(
    [
      '# HELP _9_edge_a_b a\\\\b\\nc "d"',
      '# TYPE _9_edge_a_b gauge',
      '_9_edge_a_b{l="a\\"b\\\\c\\nd"} +Inf',
      '_9_edge_a_b{l="é"} -Inf',
      '_9_edge_a_b{l=""} 1e+21',
      '',
    ].join('\n'),
  );
});
