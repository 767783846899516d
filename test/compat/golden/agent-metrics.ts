/** Section 5.1: the metrics of an agent. The stream of them never ends, and so has no case. */
import { type GoldenCase, get, goldenCase, put } from '../golden-case.ts';
import { anyNumber, anyObject, anyText, inAnyOrder, textMatching } from '../pattern.ts';

/** What is counted depends on the moment: in a quiet interval it is little. */
const interval = {
  Count: anyNumber,
  Rate: anyNumber,
  Sum: anyNumber,
  Min: anyNumber,
  Max: anyNumber,
  Mean: anyNumber,
  Stddev: anyNumber,
  Labels: anyObject,
};

export const agentMetricsCases: readonly GoldenCase[] = [
  goldenCase(
    'metrics are of an interval of ten seconds',
    get('/v1/agent/metrics').json({
      Timestamp: textMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d0 \+0000 UTC$/),
      Gauges: inAnyOrder(
        ['alloc_bytes', 'sys_bytes', 'num_goroutines', 'total_gc_pause_ns', 'total_gc_runs'].map((name) => ({
          Name: `consul.runtime.${name}`,
          Value: anyNumber,
          Labels: {},
        })),
        'and others',
      ),
      Points: [],
      Counters: inAnyOrder([], 'and others'),
      Samples: inAnyOrder([{ Name: anyText, ...interval }], 'and others'),
    }),
    put('/v1/agent/metrics').fails(405, 'method PUT not allowed').headers({ allow: 'OPTIONS,GET' }),
  ),
  goldenCase(
    'Prometheus is refused unless metrics are retained for it',
    get('/v1/agent/metrics?format=prometheus').fails(415, 'Prometheus is not enabled since its retention time is not positive'),
    get('/v1/agent/metrics?format=json').json(anyObject),
  ),
];
