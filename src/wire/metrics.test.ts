import { expect, test } from 'vitest';
import { Tally } from '../runtime/metrics-instruments.ts';
import { metricsJson } from './metrics.ts';

const tallyOf = (...values: number[]): Tally => {
  const tally = new Tally();
  for (const value of values) tally.record(value);
  return tally;
};

test('An interval has the members of Consul, in its order', () => {
  const json = metricsJson({
    start: '2024-09-23 10:00:00 +0000 UTC',
    gauges: [{ name: 'consul.state.nodes', labels: { datacenter: 'dc1' }, value: 3 }],
    counters: [{ name: 'consul.rpc.query', labels: {}, tally: tallyOf(1, 1) }],
    samples: [{ name: 'consul.kvs.apply', labels: {}, tally: tallyOf(0.5, 1.5) }],
  });
  expect(json).toBe(
    '{"Timestamp":"2024-09-23 10:00:00 +0000 UTC",' +
      '"Gauges":[{"Name":"consul.state.nodes","Value":3,"Labels":{"datacenter":"dc1"}}],' +
      '"Points":[],' +
      '"Counters":[{"Name":"consul.rpc.query","Count":2,"Rate":0.2,"Sum":2,"Min":1,"Max":1,"Mean":1,"Stddev":0,"Labels":{}}],' +
      '"Samples":[{"Name":"consul.kvs.apply","Count":2,"Rate":0.2,"Sum":2,"Min":0.5,"Max":1.5,"Mean":1,"Stddev":0.7071067811865476,"Labels":{}}]}',
  );
});

test('An interval without anything has empty lists', () => {
  expect(JSON.parse(metricsJson({ start: '', gauges: [], counters: [], samples: [] }))).toEqual({
    Timestamp: '',
    Gauges: [],
    Points: [],
    Counters: [],
    Samples: [],
  });
});
