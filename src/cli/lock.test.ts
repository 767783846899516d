import { afterEach, expect, test } from 'vitest';
import { type CliOptions, type FakePrograms, fakePrograms, konsul, startCli } from '../../test/fixtures/konsul-cli.ts';
import type { ProgramExit } from '../runtime/child-program.ts';
import { FakeApi } from '../testing/fake-api.ts';
import { FakeKv } from '../testing/fake-kv.ts';

const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

async function start(end: () => ProgramExit | Promise<ProgramExit> = () => ({ code: 0, signal: '' })) {
  const kv = new FakeKv();
  const api = await FakeApi.start(kv.respond);
  apis.push(api);
  const programs: FakePrograms = fakePrograms(end);
  const options: CliOptions = { environment: { CONSUL_HTTP_ADDR: api.address, SHELL: '/bin/zsh' }, startProgram: programs.startProgram };
  return { kv, api, programs, options };
}

const never = (): Promise<ProgramExit> => new Promise(() => {});

test('the command runs in a shell while the lock is held, and nothing stays', async () => {
  const { kv, programs, options } = await start();
  const { code, out } = await konsul(['lock', '-verbose', '/p/', 'echo', '$A'], options);
  expect(code).toBe(0);
  expect(programs.started).toEqual([{ args: ['/bin/zsh', '-c', 'echo $A'], environment: { CONSUL_LOCK_HELD: 'true' }, input: 'nothing' }]);
  expect(out.trim().split('\n')).toEqual([
    'Setting up lock at path: p/.lock',
    'Attempting lock acquisition',
    'Starting handler',
    'Child terminated, releasing lock',
    'Cleanup succeeded',
  ]);
  expect([kv.pairs.size, kv.sessions.size]).toEqual([0, 0]);
});

test('without a shell the words are the program, which may read standard input', async () => {
  const { programs, options } = await start();
  await konsul(['lock', '-shell=false', '-pass-stdin', 'p', 'job', '-x', '-help'], options);
  expect(programs.started).toMatchObject([{ args: ['job', '-x', '-help'], input: 'inherited' }]);
});

test.each([
  [['lock', 'p', 'x'], 0],
  [['lock', '-child-exit-code', 'p', 'x'], 2],
])('a command that fails is told: %j ends with %d', async (words, code) => {
  const { kv, options } = await start(() => ({ code: 3, signal: '' }));
  expect(await konsul(words, options)).toMatchObject({ code, err: 'Error running handler: exit status 3\n' });
  expect(kv.pairs.size).toBe(0);
});

test('the session has a name for people', async () => {
  const { api, options } = await start();
  await konsul(['lock', 'p', 'a', 'b'], options);
  await konsul(['lock', '-name=mine', '-n=2', 'p', 'a'], options);
  const names = api.requests.filter(({ line }) => line.includes('/session/create')).map(({ body }) => JSON.parse(body).Name);
  expect(names).toEqual(["Consul lock for 'a b' at 'p'", 'mine']);
});

test('a lock that is lost ends the command, and the exit code says so', async () => {
  const { kv, api, programs, options } = await start(never);
  const run = startCli(['lock', '-verbose', 'p', 'x'], options);
  await programs.untilStarted(1);
  await expect.poll(() => api.lines.some((line) => /index=1\d/.test(line))).toBe(true);
  kv.endSession('session-1');
  expect(await run.done).toBe(1);
  expect([programs.signals, run.printed()]).toEqual([
    ['SIGTERM'],
    expect.stringContaining('Lock lost (the lock was taken away), killing child'),
  ]);
});

test('a signal ends the command and releases the lock', async () => {
  const { kv, programs, options } = await start(never);
  const run = startCli(['lock', 'p', 'x'], options);
  await programs.untilStarted(1);
  run.signal('SIGINT');
  expect([await run.done, programs.signals, kv.pairs.size]).toEqual([0, ['SIGTERM'], 0]);
});

test('a lock that somebody has is waited for no longer than allowed', async () => {
  const { programs, options } = await start(never);
  const first = startCli(['lock', 'p', 'x'], options);
  await programs.untilStarted(1);
  expect(await konsul(['lock', '-timeout=50ms', 'p', 'y'], options)).toMatchObject({
    code: 1,
    err: '==> Shutdown triggered or timeout during lock acquisition\n',
  });
  first.signal('SIGTERM');
  await first.done;
  expect(programs.started.length).toBe(1);
});

test.each([
  [['lock'], 'Key prefix and child command must be specified'],
  [['lock', '/', 'x'], 'Key prefix and child command must be specified'],
  [['lock', 'p'], 'Key prefix and child command must be specified'],
  [['lock', '-n=0', 'p', 'x'], 'Lock holder limit must be positive'],
  [['lock', '-timeout=soon', 'p', 'x'], 'flag -timeout: "soon" is no duration such as 10s'],
])('%j is refused', async (words, message) => {
  expect(await konsul(words)).toEqual({ code: 1, out: '', err: `==> ${message}\n` });
});
