/** What operators do with a running process: reload it, watch its log, take it out, and let systemd look after it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { requireRealPart } from '../real-parts.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

interface Definitions {
  write(name: string, text: string): void;
  readonly flags: readonly string[];
}

function definitionsIn(folder: string): Definitions {
  const path = join(folder, 'konsul.d');
  mkdirSync(path);
  return { flags: ['-config-dir', path], write: (name, text) => writeFileSync(join(path, name), text) };
}

const servicesOf = async (server: KonsulProcess): Promise<string[]> =>
  Object.keys((await server.call('/v1/agent/services')).json<object>()).sort();

const inCatalog = async (server: KonsulProcess): Promise<string[]> =>
  Object.keys((await server.call('/v1/catalog/services')).json<object>()).sort();

test('A reload registers what the files say, forgets what they no longer say, and is all done when it answers', async ({
  start,
  folder,
}) => {
  const files = definitionsIn(folder);
  files.write('a.hcl', 'service { name = "web" port = 80 tags = ["one"] }');
  files.write('b.json', '{"services": [{"name": "db", "port": 1, "check": {"id": "db-ttl", "ttl": "1h"}}]}');
  const server = await start({ flags: files.flags });
  await server.put('/v1/agent/service/register', { Name: 'program', Port: 9 });
  await server.put('/v1/agent/check/pass/db-ttl?note=fine');
  expect(await inCatalog(server)).toEqual(['consul', 'db', 'program', 'web']);

  files.write('a.hcl', 'service { name = "web" port = 80 tags = ["two"] }');
  files.write('c.yaml', 'service:\n  name: cache\n  port: 6379\n');
  expect((await server.put('/v1/agent/reload')).status).toBe(200);
  expect(await inCatalog(server)).toEqual(['cache', 'consul', 'db', 'program', 'web']);
  const [web] = (await server.call('/v1/catalog/service/web')).json<{ ServiceTags: string[] }[]>();
  expect(web?.ServiceTags).toEqual(['two']);
  const [check] = (await server.call('/v1/health/checks/db')).json<{ Status: string; Output: string }[]>();
  expect(check).toMatchObject({ Status: 'passing', Output: 'fine' });

  files.write('b.json', '');
  files.write('c.yaml', '');
  server.signal('SIGHUP');
  await waitUntil(async () => (await inCatalog(server)).join() === 'consul,program,web', { what: 'the reload by SIGHUP' });
});

test('A bad file changes nothing, and the answer names file, line and key', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  files.write('a.hcl', 'service { name = "web" port = 80 }\nnode_meta { rack = "a7" }');
  const server = await start({ flags: files.flags });
  files.write('a.hcl', 'service { name = "other" port = 80 }\nnode_meta { rack = "b8" }');
  files.write('b.hcl', 'log_level = "debug"\nservice {\n  name = "db"\n  prot = 1\n}');
  const answer = await server.put('/v1/agent/reload');
  expect(answer.status).toBe(500);
  expect(answer.text).toMatch(/b\.hcl:4: service\.prot: unknown key; did you mean "port"\?/);
  expect(await servicesOf(server)).toEqual(['web']);
  const self = (await server.call('/v1/agent/self')).json<{ Meta: Record<string, string>; DebugConfig: { LogLevel: string } }>();
  expect(self.Meta.rack).toBe('a7');
  expect(self.DebugConfig.LogLevel).toBe('warn');

  files.write('b.hcl', '');
  expect((await server.put('/v1/agent/reload')).status).toBe(200);
  const [node] = (await server.call('/v1/catalog/nodes')).json<{ Meta: Record<string, string> }[]>();
  expect(node?.Meta.rack).toBe('b8');
  expect(await servicesOf(server)).toEqual(['other']);
});

test('With auto_reload_config a changed file is enough, and a bad one is told once', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  files.write('a.hcl', 'auto_reload_config = true');
  const server = await start({ flags: files.flags });
  files.write('b.hcl', 'service { name = "web" port = 80 }');
  await waitUntil(async () => (await servicesOf(server)).includes('web'), { what: 'the new service' });
  files.write('b.hcl', 'service {');
  await waitUntil(() => server.log().includes('configuration not reloaded'), { what: 'the bad file to be told' });
  await pause(2_500);
  expect(server.log().match(/configuration not reloaded/g)).toHaveLength(1);
  expect(await servicesOf(server)).toEqual(['web']);
});

test('A file that somebody is still writing is not taken for the configuration', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  const whole = 'service { name = "web" port = 80 }';
  files.write('a.hcl', 'auto_reload_config = true');
  files.write('b.hcl', whole);
  const server = await start({ flags: files.flags });
  for (let n = 0; n < 6; n += 1) {
    files.write('b.hcl', '');
    await pause(350);
    expect(await servicesOf(server)).toEqual(['web']);
    files.write('b.hcl', whole);
    await pause(350);
  }
  expect(server.log()).not.toContain('reloaded');
});

test('What waits for a restart is named, and not in force after a reload', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  const server = await start({ flags: files.flags });
  const before = (await server.call('/v1/agent/self')).json<{ Config: object; Member: object }>();
  files.write(
    'a.hcl',
    'primary_datacenter = "dc2"\nadvertise_addr = "10.9.9.9"\ntelemetry { metrics_prefix = "other" }\nports { dns = 1 }',
  );
  expect((await server.put('/v1/agent/reload')).status).toBe(200);
  expect(server.log()).toMatch(/takes effect at the next start: .*advertise_addr/);
  const after = (await server.call('/v1/agent/self')).json<{ Config: object; Member: object }>();
  expect([after.Config, after.Member]).toEqual([before.Config, before.Member]);
  const [node] = (await server.call('/v1/catalog/nodes')).json<{ Address: string; TaggedAddresses: { lan: string } }[]>();
  expect([node?.Address, node?.TaggedAddresses.lan]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect((await server.call('/v1/agent/metrics')).text).toContain('"consul.runtime.alloc_bytes"');
  expect((await server.put('/v1/session/create', {})).status).toBe(200);
});

test('A reload amid the stop leaves nothing behind', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  for (const delayMs of [0, 20, 60, 150]) {
    files.write('a.hcl', '');
    const server = await start({ flags: files.flags });
    const mark = `konsul-test-${server.pid}`;
    files.write('a.hcl', `watches = [{ type = "services" handler_type = "script" args = ["sh", "-c", "sleep 20; : ${mark}"] }]`);
    server.signal('SIGHUP');
    await pause(delayMs);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(processesThatSay(mark)).toEqual([]);
  }
});

test('A second agent on the same data says so, and leaves the pid file of the first', async ({ start, folder }) => {
  const pidFile = join(folder, 'own.pid');
  const config = { pid_file: pidFile };
  const dataDir = join(folder, 'data');
  const first = await start({ config, dataDir, flags: [`-pid-file=${pidFile}`] });
  await expect(start({ config, dataDir, flags: [`-pid-file=${pidFile}`] })).rejects.toThrow(/in use/);
  expect(readFileSync(pidFile, 'utf8')).toBe(`${first.pid}\n`);
  await first.stop();
  expect(existsSync(pidFile)).toBe(false);
});

test('A thousand reloads under load lose no registration and drop no connection', { timeout: 60_000 }, async ({ start, folder }) => {
  const files = definitionsIn(folder);
  const server = await start({ flags: files.flags, config: { limits: { http_max_conns_per_client: 0 } } });
  const failures: string[] = [];
  const note = (what: string, problem: unknown): void => void failures.push(`${what}: ${String(problem)}`);
  const held: string[] = [];
  let isOver = false;
  const work = async (name: number): Promise<void> => {
    for (let n = 0; !isOver; n += 1) {
      const id = `${name}-${n}`;
      const reply = await server.put('/v1/agent/service/register', {
        ID: id,
        Name: 'load',
        Port: 1,
        Check: { TTL: '1h', Status: 'passing' },
      });
      if (reply.status === 200) held.push(id);
      else note('register', reply.text);
      const found = await server.call(`/v1/agent/service/${id}`);
      if (found.status !== 200) note('read back', found.text);
    }
  };
  /** A hundred a second: what comes late is caught up with. */
  const reload = async (): Promise<void> => {
    const asked: Promise<unknown>[] = [];
    const startMs = performance.now();
    for (let n = 1; n <= 1_000; n += 1) {
      files.write('a.hcl', `service { name = "from-file" port = ${n} }`);
      asked.push(server.put('/v1/agent/reload').then(({ status, text }) => status === 200 || note('reload', text)));
      await pause(Math.max(startMs + n * 10 - performance.now(), 0));
    }
    await Promise.all(asked);
  };
  const waiting = server
    .call('/v1/health/service/nobody?index=1000000&wait=9s')
    .then(({ status }) => status === 200 || note('wait', status));
  const reloaded = reload().finally(() => {
    isOver = true;
  });
  await Promise.all([work(1), work(2), reloaded, waiting]).catch((error: unknown) => note('connection', error));

  expect(failures).toEqual([]);
  const inAgent = await servicesOf(server);
  expect(inAgent).toEqual([...held, 'from-file'].sort());
  expect((await server.call('/v1/agent/service/from-file')).json<{ Port: number }>().Port).toBe(1_000);
  const entries = (await server.call('/v1/health/service/load?passing')).json<unknown[]>();
  expect(entries).toHaveLength(held.length);
});

test('The log goes to a file and to whoever watches, each at its own level', async ({ start, folder }) => {
  const files = definitionsIn(folder);
  const logs = join(folder, 'log');
  files.write('a.hcl', `log_file = "${logs}/"`);
  const server = await start({ flags: files.flags });
  const watched: string[] = [];
  const stream = request(`${server.url}/v1/agent/monitor?loglevel=debug`, { agent: false }, (answer) => {
    answer.setEncoding('utf8').on('data', (text: string) => watched.push(text));
  });
  stream.on('error', () => {}).end();
  await waitUntil(() => stream.destroyed || stream.writableFinished, { what: 'the request' });
  const seen = (): string => watched.join('');
  await waitUntil(async () => (await server.put('/v1/agent/reload')) && seen().includes('configuration reloaded'), {
    what: 'the line on the stream',
  });
  stream.destroy();

  const inFile = (): string =>
    readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('');
  expect(inFile()).not.toContain('configuration reloaded');
  rmSync(join(folder, 'konsul.d'), { recursive: true });
  mkdirSync(join(folder, 'konsul.d'));
  files.write('b.hcl', `log_file = "${logs}/"`);
  await server.put('/v1/agent/reload');
  expect(inFile()).not.toContain('configuration reloaded');
  await server.stop();
});

test('Leaving answers after the drain, and the process ends by itself and says why', async ({ start }) => {
  const server = await start({ config: { performance: { leave_drain_time: '300ms' } } });
  const { pid } = server;
  expect(pid).toBeGreaterThan(0);
  expect((await server.put('/v1/agent/leave')).status).toBe(200);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.log().trimEnd().split('\n').at(-1)).toBe('==> Konsul agent stopped: it left the cluster');
});

test('A signal makes the server leave where the configuration says so', async ({ start }) => {
  const server = await start({ config: { leave_on_terminate: true, performance: { leave_drain_time: '1s' } }, flags: ['-log-level=info'] });
  server.signal('SIGTERM');
  await waitUntil(async () => (await server.call('/v1/agent/members')).json<{ Status: number }[]>()[0]?.Status === 2, {
    what: 'it to be leaving',
  });
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.log()).toContain('leaving: requests are answered a little longer');
});

test('The API on a unix socket, beside an address', async ({ start, folder }) => {
  const path = join(folder, 'api.sock');
  const server = await start({ config: { addresses: { http: `127.0.0.1 unix://${path}` }, unix_sockets: { mode: '0660' } } });
  const status = await new Promise((resolve, reject) => {
    request({ socketPath: path, path: '/v1/status/leader', agent: false }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  await server.kill();
  expect(existsSync(path)).toBe(true);
  await server.restart();
  await server.stop();
});

/** The command lines of processes that hold a text. */
function processesThatSay(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(mark));
}

const RECEIVER = `
import os, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(receiver.recv(4096).decode().replace('\\n', ' '), flush=True)
`;

test('systemd is told when the server is ready, reloads, lives and stops', async ({ start, run, folder, skip }) => {
  requireRealPart('systemd-notify', { skip });
  const python = requireRealPart('python3', { skip }).path;
  const path = join(folder, 'notify');
  const systemd = await run(python, ['-c', RECEIVER, path]);
  await waitUntil(() => systemd.log().includes('bound'), { what: 'the receiver' });
  const server = await start({ env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: '400000' } });
  await waitUntil(() => /READY=1/.test(systemd.log()), { what: 'READY=1' });
  expect(systemd.log()).toContain(`MAINPID=${server.pid}`);
  await waitUntil(() => (systemd.log().match(/WATCHDOG=1/g) ?? []).length >= 2, { what: 'the watchdog to be fed' });
  await server.put('/v1/agent/reload');
  await waitUntil(() => /RELOADING=1[\s\S]*READY=1/.test(systemd.log()), { what: 'RELOADING=1 and its end' });
  await server.stop();
  await waitUntil(() => /STOPPING=1/.test(systemd.log()), { what: 'STOPPING=1' });
});
