import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { DockerProbe, ExecProbeResult } from './prober.ts';

let folder: string;
const servers: Server[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docker-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(folder, { recursive: true });
});

/** What the daemon does at one of the three steps. */
type Step = (response: ServerResponse) => void;

interface Daemon {
  readonly create?: Step;
  readonly start?: Step;
  readonly inspect?: Step;
}

const json =
  (status: number, value: unknown): Step =>
  (response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));

const says =
  (text: string): Step =>
  (response) =>
    void response.writeHead(200, { 'Content-Type': 'application/vnd.docker.raw-stream' }).end(text);

const created = json(201, { Id: 'e1' });
const exited = (code: unknown): Step => json(200, { ExitCode: code });

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** A daemon, and what it was asked. */
function daemon({ create = created, start = says('fine\n'), inspect = exited(0) }: Daemon): { server: Server; asked: string[] } {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await bodyOf(request)}`.trim());
    const step = request.method === 'GET' ? inspect : request.url?.endsWith('/start') ? start : create;
    step(response);
  });
  servers.push(server);
  return { server, asked };
}

async function onSocket(server: Server): Promise<string> {
  const path = join(folder, 'docker.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return `unix://${path}`;
}

function run(dockerHost: string, fields: Partial<DockerProbe> = {}, signal = never): Promise<ExecProbeResult> {
  const prober = new NodeProber({ clock: new SystemClock(), dockerHost });
  return prober.docker({ container: 'c1', args: ['/bin/ok', 'a b'], timeoutMs: 5_000, keepBytes: 4_096, ...fields }, signal);
}

const failed = (error: string): Partial<ExecProbeResult> => ({ exitCode: undefined, timedOut: false, error });

test('an exec is created, started and inspected, over the unix socket', async () => {
  const { server, asked } = daemon({});
  const result = await run(await onSocket(server), { container: 'a/b' });
  expect(result).toEqual({ exitCode: 0, timedOut: false, error: undefined, output: 'fine\n', outputBytes: 5 });
  expect(asked).toEqual([
    'POST /containers/a%2Fb/exec {"AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"Cmd":["/bin/ok","a b"]}',
    'POST /exec/e1/start {"Detach":false,"Tty":true}',
    'GET /exec/e1/json',
  ]);
});

test('the daemon may listen on TCP', async () => {
  const { server } = daemon({ inspect: exited(3) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(await run(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatchObject({ exitCode: 3, output: 'fine\n' });
});

test('of a long output the end is kept and all of it counted', async () => {
  const { server } = daemon({ start: says(`${'x'.repeat(200_000)}end`) });
  expect(await run(await onSocket(server), { keepBytes: 5 })).toMatchObject({ exitCode: 0, output: 'xxend', outputBytes: 200_003 });
});

test('an endless output is not read to its end', async () => {
  const start: Step = (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'y')));
      response.once('drain', more);
    };
    more();
  };
  const { server } = daemon({ start, inspect: exited(null) });
  expect(await run(await onSocket(server))).toMatchObject(failed('inspect exec failed for container c1: there is no exit code'));
});

test('a daemon that speaks another protocol is a result', async () => {
  const create: Step = ({ socket }) => void socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  const { server } = daemon({ create });
  expect(await run(await onSocket(server))).toMatchObject(failed('create exec failed for container c1: unexpected upgrade'));
});

test('a connection that breaks after the output does not matter, since the exit code is known', async () => {
  const start: Step = (response) => {
    response.writeHead(200).write('said', () => response.destroy());
  };
  const { server } = daemon({ start, inspect: exited(1) });
  expect(await run(await onSocket(server))).toMatchObject({ exitCode: 1, output: 'said', error: undefined });
});

test.each<[string, Daemon]>([
  ['create exec failed for unknown container c1', { create: json(404, {}) }],
  ['create exec failed since container c1 is paused or stopped', { create: json(409, {}) }],
  ['create exec failed for container c1 with status 500: {"message":"x"}', { create: json(500, { message: 'x' }) }],
  ['create exec response for container c1 cannot be parsed', { create: (response) => void response.writeHead(201).end('{') }],
  ['create exec response for container c1 cannot be parsed: it has no Id', { create: json(201, { Id: 5 }) }],
  ['start exec failed for container c1: invalid exec id', { start: json(404, {}) }],
  ['start exec failed since container c1 is paused or stopped', { start: json(409, {}) }],
  ['inspect exec failed for container c1: invalid exec id', { inspect: json(404, {}) }],
  ['inspect exec response for container c1 cannot be parsed', { inspect: json(200, 7) }],
  ['create exec failed for container c1: the answer is longer than 65536 bytes', { create: json(201, { Id: 'x'.repeat(70_000) }) }],
])('%s', async (error, steps) => {
  const { server } = daemon(steps);
  expect(await run(await onSocket(server))).toMatchObject(failed(error));
});

test('a daemon that is not there, or an address that is none, is a result', async () => {
  const path = join(folder, 'none.sock');
  expect(await run(`unix://${path}`)).toMatchObject(failed('create exec failed for container c1: there is no such socket'));
  expect(await run('ssh://host')).toMatchObject(failed('unable to parse docker host `ssh://host`'));
});

test.each<[string, Daemon, string]>([
  ['create', { create: () => {} }, ''],
  ['start', { start: (response) => void response.writeHead(200).write('so far') }, 'so far'],
  ['inspect', { inspect: () => {} }, 'fine\n'],
])('a daemon that is silent at %s ends by time-out, with the output so far', async (_step, steps, output) => {
  const { server } = daemon(steps);
  expect(await run(await onSocket(server), { timeoutMs: 200 })).toMatchObject({
    exitCode: undefined,
    timedOut: true,
    error: undefined,
    output,
  });
});

test('an abort ends the attempt, also one that came first', async () => {
  const abort = new AbortController();
  const { server } = daemon({ start: () => abort.abort() });
  const host = await onSocket(server);
  expect(await run(host, {}, abort.signal)).toMatchObject({ exitCode: undefined, timedOut: false, error: expect.any(String) });
  expect(await run(host, {}, abort.signal)).toMatchObject({ exitCode: undefined, timedOut: false, error: expect.any(String) });
});
