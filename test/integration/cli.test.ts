/** The built command line as a process: standard input, exit codes, signals, programs that it starts; and the handlers of watches. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../src/client/api-client.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { NodeProber } from '../../src/runtime/node-prober.ts';
import { WatchRunner } from '../../src/watches/watch-runner.ts';
import { Child } from './child.ts';
import { type KonsulProcess, startKonsul } from './konsul-process.ts';
import { konsulProgram, type ProgramRun, runProgram } from './run-program.ts';
import { waitUntil } from './wait-until.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
let server: KonsulProcess;

beforeAll(async () => {
  server = await startKonsul({ dev: true });
});

afterAll(async () => {
  await server.stop();
  server.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (words: readonly string[], input?: string): Promise<ProgramRun> =>
  runProgram([...konsulProgram(), ...words], { env: { CONSUL_HTTP_ADDR: server.url }, ...(input === undefined ? {} : { input }) });

test('a value goes in by standard input and comes out byte for byte', async () => {
  const value = 'a\u0000ü\n'.repeat(20_000);
  expect(await run(['kv', 'put', 'bytes', '-'], value)).toMatchObject({ code: 0, out: 'Success! Data written to: bytes\n' });
  expect((await run(['kv', 'get', 'bytes'])).out).toBe(`${value}\n`);
});

test('what fails ends with 1, and says why on standard error only', async () => {
  expect(await run(['kv', 'get', 'none'])).toEqual({ code: 1, out: '', err: 'Error! No key exists at: none\n' });
  expect(await run(['members', '-http-addr=127.0.0.1:1'])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('is the agent running?'),
  });
});

test('of two that want a lock one runs after the other', async () => {
  const path = join(folder, 'order');
  const script = `echo begin >> ${path}; sleep 0.2; echo end >> ${path}`;
  const runs = await Promise.all([1, 2].map(() => run(['lock', 'jobs/x', script])));
  expect(runs.map(({ code, err }) => [code, err])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(readFileSync(path, 'utf8')).toBe('begin\nend\nbegin\nend\n');
  expect(await run(['kv', 'get', '-keys', '-separator=', 'jobs'])).toMatchObject({ out: '' });
});

test('a watch runs its command at each change, until a signal', async () => {
  const path = join(folder, 'seen');
  const [command = '', ...args] = [...konsulProgram(), 'watch', '-type=key', '-key=watched', `(echo $CONSUL_INDEX; cat) >> ${path}`];
  const child = await Child.start(command, args, { env: { CONSUL_HTTP_ADDR: server.url } });
  await waitUntil(() => existsSync(path) && /null\n$/.test(readFileSync(path, 'utf8')), { what: 'the first run' });
  await server.call('/v1/kv/watched', { method: 'PUT', body: 'x' });
  await waitUntil(() => /"Value":"eA=="/.test(readFileSync(path, 'utf8')), { what: 'the run after a change' });
  expect(await child.stop('SIGINT')).toEqual({ code: 0, signal: null });
  expect(readFileSync(path, 'utf8')).toMatch(/^\d+\nnull\n\d+\n\{"Key":"watched",.*"Session":""\}\n$/);
});

/** The watches of an agent, asking a real server over HTTP. */
function runner(): WatchRunner {
  const clock = new SystemClock();
  const target = { kind: 'tcp' as const, host: '127.0.0.1', port: server.httpPort, tls: undefined };
  const client = new ApiClient({ clock, target, token: '', datacenter: '', isStale: false, basicAuth: '' });
  return new WatchRunner({
    clock,
    prober: new NodeProber({ clock }),
    logger: silentLogger,
    async ask({ path }, signal) {
      const { status, headers, body } = await client.request('GET', path, { signal, timeoutMs: 60_000, accepts: 'all' });
      return { status, index: String(headers['x-consul-index'] ?? ''), body: Buffer.from(body).toString() };
    },
  });
}

test('a script of a configured watch gets the result and the index', async () => {
  const path = join(folder, 'handled');
  const watches = runner();
  const args = ['/bin/sh', '-c', `(echo "$CONSUL_INDEX"; cat) >> ${path}`];
  await watches.reload([{ type: 'keyprefix', path: '/v1/kv/conf/?recurse', token: '', handler: { kind: 'script', args } }]);
  await waitUntil(() => existsSync(path) && /null\n$/.test(readFileSync(path, 'utf8')), { what: 'the first result' });
  await server.call('/v1/kv/conf/a', { method: 'PUT', body: 'x' });
  await waitUntil(() => /"Key":"conf\/a"/.test(readFileSync(path, 'utf8')), { what: 'the change' });
  await watches.stop();
  const [, , index = '', json = ''] = readFileSync(path, 'utf8').split('\n');
  expect(JSON.parse(json)).toMatchObject([{ Key: 'conf/a', ModifyIndex: Number(index), Value: 'eA==' }]);
});

test('an HTTP handler of a configured watch gets the result and the index', async () => {
  const seen: { readonly index: string; readonly type: string; readonly body: string }[] = [];
  const listener = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { 'x-consul-index': index, 'content-type': type } = request.headers;
    seen.push({ index: String(index), type: String(type), body: Buffer.concat(chunks).toString() });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const watches = runner();
  const { port } = listener.address() as AddressInfo;
  const handler = {
    kind: 'http' as const,
    url: `http://127.0.0.1:${port}/`,
    method: 'POST',
    headers: {},
    timeoutMs: 10_000,
    tlsSkipVerify: false,
  };
  await watches.reload([{ type: 'key', path: '/v1/kv/called', token: '', handler }]);
  await waitUntil(() => seen.length > 0, { what: 'the first call' });
  await server.call('/v1/kv/called', { method: 'PUT', body: 'x' });
  await waitUntil(() => seen.length > 1, { what: 'the second call' });
  await watches.stop();
  listener.close();
  expect(seen.map(({ type, body }) => [type, JSON.parse(body)?.Key ?? null])).toEqual([
    ['application/json', null],
    ['application/json', 'called'],
  ]);
  expect(Number(seen[1]?.index)).toBeGreaterThan(Number(seen[0]?.index));
});
