import { beforeEach, expect, test } from 'vitest';
import type { RouteRequest } from '../../http/route.ts';
import { DEFAULT_METRICS_OPTIONS } from '../../runtime/metrics.ts';
import { Counter } from '../../runtime/metrics-instruments.ts';
import { type AgentApi, startAgentApi } from '../../testing/agent-api.ts';
import type { ApiContext } from '../context.ts';
import { agentMetrics } from './metrics.ts';
import { agentMetricsStream } from './metrics-stream.ts';

const ROUTES = [agentMetrics, agentMetricsStream];
const NOT_ENABLED = 'Prometheus is not enabled since its retention time is not positive';

let api: AgentApi;
let reads: Counter;

beforeEach(async () => {
  api = await startAgentApi({ routes: ROUTES });
  reads = new Counter();
  api.metrics.add('consul.rpc.query', reads);
});

async function streamed(signal: AbortSignal): Promise<AsyncIterator<Uint8Array>> {
  const { body } = await agentMetricsStream.handle({ signal } as RouteRequest, { metrics: api.metrics } as ApiContext);
  if (body.kind !== 'stream') throw new Error('no stream');
  return body.chunks[Symbol.asyncIterator]();
}

const textOf = (result: IteratorResult<Uint8Array>): string => Buffer.from(result.value as Uint8Array).toString();

const enablePrometheus = (): void => api.metrics.configure({ ...DEFAULT_METRICS_OPTIONS, prometheusRetentionMs: 60_000 });

test("Metrics are Consul's JSON of the running interval, until one is complete", async () => {
  reads.increment();
  expect((await api.send('GET /v1/agent/metrics')).json).toMatchObject({
    Timestamp: '2024-09-23 10:00:00 +0000 UTC',
    Points: [],
    Counters: [{ Name: 'consul.rpc.query', Count: 1, Labels: {} }],
  });
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['the format is asked for', '?format=prometheus', {}],
  ['OpenMetrics is accepted, among others', '', { accept: 'text/html, application/OpenMetrics-Text; version=1.0.0;q=0.5' }],
  ['plain text of this version is accepted', '', { accept: 'text/plain; version=0.4.0' }],
])('Prometheus gets its text where %s', async (_name, query, headers) => {
  enablePrometheus();
  reads.increment();
  const answer = await api.send(`GET /v1/agent/metrics${query}`, { headers });
  expect(answer.headers['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.text).toContain('# TYPE consul_rpc_query counter\nconsul_rpc_query 1\n');
});

test.each<[string, string, Readonly<Record<string, string>>]>([
  ['another format', '?format=json', {}],
  ['any type', '', { accept: '*/*' }],
  ['plain text of another version', '', { accept: 'text/plain;version=0.0.4' }],
  ['plain text with the version as its second parameter', '', { accept: 'text/plain;q=1;version=0.4.0' }],
])('JSON is given for %s', async (_name, query, headers) => {
  enablePrometheus();
  expect((await api.send(`GET /v1/agent/metrics${query}`, { headers })).json).toMatchObject({ Points: [] });
});

test('Prometheus is refused while its retention time is not positive', async () => {
  const answer = await api.send('GET /v1/agent/metrics?format=prometheus');
  expect(answer).toMatchObject({ status: 415, text: NOT_ENABLED, headers: { 'X-Consul-Reason': NOT_ENABLED } });
});

test('Both need the right to read the agent', async () => {
  const { send } = await startAgentApi({ routes: ROUTES, authorizer: { allows: () => false } });
  for (const path of ['/v1/agent/metrics', '/v1/agent/metrics/stream']) expect((await send(`GET ${path}`)).status).toBe(403);
});

test('The stream gives each interval as it ends, indented, and ends with its client', async () => {
  const gone = new AbortController();
  const chunks = await streamed(gone.signal);
  await api.metrics.start();
  for (const [start, count] of [
    ['10:00:00', 3],
    ['10:00:10', 1],
  ] as const) {
    const next = chunks.next();
    for (let i = 0; i < count; i += 1) reads.increment();
    await api.clock.advance(10_000);
    const text = textOf(await next);
    expect(text).toMatch(new RegExp(`^\\{\n {4}"Timestamp": "2024-09-23 ${start} \\+0000 UTC",\n[^]*\n\\}\n$`));
    expect(JSON.parse(text)).toMatchObject({ Counters: [{ Name: 'consul.rpc.query', Count: count }] });
  }
  const last = chunks.next();
  gone.abort();
  expect(await last).toEqual({ done: true, value: undefined });
  await api.metrics.stop();
});

test('An interval is rendered once for all who read', async () => {
  const readers = await Promise.all([1, 2, 3].map(() => streamed(new AbortController().signal)));
  await api.metrics.start();
  const nexts = readers.map((chunks) => chunks.next());
  await api.clock.advance(10_000);
  const [first, ...others] = await Promise.all(nexts);
  expect(first?.value).toBeInstanceOf(Buffer);
  for (const other of others) expect(other.value).toBe(first?.value);
  await api.metrics.stop();
});

test('A reader who is slow misses intervals, and nothing is kept for it', async () => {
  const chunks = await streamed(new AbortController().signal);
  await api.metrics.start();
  const first = chunks.next();
  await api.clock.advance(60_000);
  expect(textOf(await first)).toContain('10:00:00');
  const second = chunks.next();
  await api.clock.advance(10_000);
  expect(textOf(await second)).toContain('10:01:00');
  await api.metrics.stop();
});
