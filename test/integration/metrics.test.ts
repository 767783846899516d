/** Metrics as the programs that read them see them: promtool and a real Prometheus, and a reader of the stream when the server stops. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requireRealPart } from '../real-parts.ts';
import { freePorts } from './free-port.ts';
import { httpCall } from './http-call.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

const WITH_PROMETHEUS = { dev: true, peer: 'konsul', config: { telemetry: { prometheus_retention_time: '1h' } } } as const;
/** What promtool ends with if the text is in order and it has something to say about names. */
const LINT = 3;

/** Has something in most families. */
async function use(server: KonsulProcess): Promise<void> {
  await server.put('/v1/agent/service/register', { Name: 'web', Check: { TCP: '127.0.0.1:1', Interval: '10ms' } });
  await server.put('/v1/kv/a', 'b');
  await server.put('/v1/session/create', { TTL: '10s' });
  await server.call('/v1/kv/a?consistent');
  await server.call('/v1/kv/none');
}

test('promtool can read every line, and has nothing to say about our own names', async ({ start, skip }) => {
  const promtool = requireRealPart('promtool', { skip });
  const server = await start(WITH_PROMETHEUS);
  await use(server);
  const { text, headers } = await server.call('/v1/agent/metrics?format=prometheus');
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toMatch(/^konsul_http_errors_total\{class="4xx"\} 1$/m);
  const { status, stdout, stderr } = spawnSync(promtool.path, ['check', 'metrics'], { input: text, encoding: 'utf8', timeout: 30_000 });
  expect([0, LINT], stderr).toContain(status);
  expect(`${stdout}${stderr}`).not.toMatch(/^konsul_/m);
  expect(stderr).not.toContain('error while linting');
});

test('a Prometheus that asks for OpenMetrics scrapes the server', async ({ start, run, folder, skip }) => {
  const prometheus = requireRealPart('prometheus', { skip });
  const [port] = (await freePorts(1)) as [number];
  const server = await start(WITH_PROMETHEUS);
  await use(server);
  const job = `{ job_name: konsul, metrics_path: /v1/agent/metrics, static_configs: [{ targets: ['127.0.0.1:${server.httpPort}'] }] }`;
  writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs: [${job}]\n`);
  await run(prometheus.path, [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/tsdb`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ]);
  const value = async (query: string): Promise<string | undefined> => {
    const reply = await httpCall(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
    return reply.json<{ data: { result: { value: [number, string] }[] } }>().data.result[0]?.value[1];
  };
  const kept = (query: string): Promise<string> =>
    waitUntil(() => value(query).catch(() => undefined), { what: `${query} in Prometheus`, timeoutMs: 20_000, everyMs: 200 });
  expect(await kept('consul_state_kv_entries{datacenter="dc1"}')).toBe('1');
  expect(await kept('consul_api_http_count{method="PUT",path="v1_kv_"}')).toBe('1');
  expect(Number(await kept('consul_kvs_apply_sum'))).toBeGreaterThan(0);
});

test('the stream is heard at once, and ends whole when the server stops', async ({ start }) => {
  const server = await start({ dev: true, peer: 'konsul' });
  const [stream] = (await once(get(`${server.url}/v1/agent/metrics/stream`), 'response')) as [IncomingMessage];
  expect(stream.statusCode).toBe(200);
  stream.resume();
  const ended = once(stream, 'end');
  expect((await server.stop()).code).toBe(0);
  await ended;
  expect(stream.complete).toBe(true);
});
