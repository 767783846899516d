import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type CliRun, konsul, type Outcome, startCli } from '../../test/fixtures/konsul-cli.ts';
import { API_LEVEL } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { RawClient } from '../testing/raw-client.ts';
import { commands } from './commands.ts';

const wordsOf = (line: string): readonly string[] => (line === '' ? [] : line.split(' '));

const start = (line: string, environment: Readonly<Record<string, string>> = {}): CliRun => startCli(wordsOf(line), { environment });

const run = (line: string): Promise<Outcome> => konsul(wordsOf(line));

test.each([
  ['', 2],
  ['help', 0],
  ['-h', 0],
  ['-help', 0],
  ['--help', 0],
  ['help -help', 0],
])('konsul %s lists the commands and ends with %d', async (line, code) => {
  const outcome = await run(line);
  expect([outcome.code, outcome.err]).toEqual([code, '']);
  expect(outcome.out).toMatch(
    /^Konsul \d.*\n\nUsage: konsul <command> \[flags\] \[arguments\]\n\nRun an agent:\n {2}agent {2,}\S[\s\S]*\n {2}version {2,}\S/,
  );
});

test.each(['agent -dev -help', 'help agent'])('konsul %s shows every flag with its meaning', async (line) => {
  const { code, out } = await run(line);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: konsul agent \[flags\]\n/);
  expect(out).toMatch(/\n {2}-data-dir {2,}The folder/);
  expect(out).toMatch(/\nExamples:\n {2}konsul agent -dev\n/);
});

test.each([
  ['kv', 2],
  ['kv -help', 0],
  ['help kv', 0],
])('konsul %s lists the commands of that noun and ends with %d', async (line, code) => {
  const outcome = await run(line);
  expect([outcome.code, outcome.err]).toEqual([code, '']);
  expect(outcome.out).toMatch(/^Commands:\n {2}kv get {5}\S[\s\S]*\n {2}kv import {2}\S[^\n]*\n\nkonsul help <command> shows/);
});

test('konsul help <command> shows arguments, flags and examples', async () => {
  const { out } = await run('help kv put');
  expect(out).toMatch(
    /^Usage: konsul kv put \[flags\] KEY \[DATA\]\n\nWrites a value[\s\S]*\nFlags:\n[\s\S]* {2}-cas {2,}Write only[\s\S]*\nExamples:\n {2}konsul kv put app\/colour blue\n/,
  );
});

test('every command has a summary in a sentence, examples that begin with its name, and flags that explain themselves', () => {
  const wrong = commands.flatMap(({ name, summary, examples, flags }) => [
    ...(/^[A-Z].*\.$/.test(summary) ? [] : [`${name}: summary`]),
    ...(examples.length > 0 && examples.every((example) => example.includes(`konsul ${name}`)) ? [] : [`${name}: examples`]),
    ...flags
      .filter(({ kind, help, example }) => help === '' || (name !== 'agent' && kind === 'value' && example === undefined))
      .map((flag) => `${name} -${flag.name}`),
  ]);
  expect(wrong).toEqual([]);
  expect(commands.length).toBeGreaterThan(30);
});

test.each(['version', '-v', '-version', '--version'])('konsul %s shows versions', async (line) => {
  const { code, out } = await run(line);
  expect([code, out]).toEqual([0, expect.stringMatching(`^Konsul v${KONSUL_VERSION}\nConsul API ${API_LEVEL}\nRevision `)]);
});

test('konsul version -format=json shows versions to programs', async () => {
  expect(JSON.parse((await run('version -format=json')).out)).toMatchObject({ Version: KONSUL_VERSION, ApiLevel: API_LEVEL });
});

test.each([
  ['agnet', '==> unknown command "agnet"; did you mean "agent"? (konsul help lists all)\n'],
  ['kv gte a', '==> unknown command "kv gte"; did you mean "kv get"? (konsul help lists all)\n'],
  ['kv get -recusre a', '==> unknown flag -recusre; did you mean -recurse?\n'],
  ['something', '==> unknown command "something" (konsul help lists all)\n'],
  ['agent -dve', '==> unknown flag -dve; did you mean -dev?\n'],
  ['agent -dev extra', '==> unexpected argument "extra": konsul agent takes flags only\n'],
  ['agent -http-port=x -dev', '==> flag -http-port: must be a whole number, not "x" (for example -http-port=8500)\n'],
  ['agent', '==> data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out\n'],
  ['agent -bootstrap-expect=1 -data-dir=/d', '==> flag -bootstrap-expect: is for servers: add -server, or remove it\n'],
  ['help agnet', '==> unknown command "agnet"; did you mean "agent"? (konsul help lists all)\n'],
  ['agent -dev -http-port', '==> flag -http-port: a value is missing (for example -http-port=8500)\n'],
  ['agent -config-file', '==> flag -config-file: a value is missing (for example -config-file=konsul.hcl)\n'],
  ['agent -dev -config-file=package.json/x', '==> package.json/x: cannot be read: ENOTDIR'],
  ['agent -dev -config-file=none.json', '==> none.json: there is no such file or folder\n'],
])('konsul %s is not understood', async (line, text) => {
  const { code, out, err } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err.startsWith(text)).toBe(true);
});

test.each([
  ['/none/such/konsul.pid', '==> pid_file: cannot write /none/such/konsul.pid: ENOENT'],
  ['/', '==> pid_file: cannot write /: '],
])('An agent whose pid file would be %s ends again and says why', async (path, text) => {
  const { code, err } = await run(`agent -dev -http-port=0 -server-port=0 -log-level=error -pid-file=${path}`);
  expect(code).toBe(2);
  expect(err.startsWith(text)).toBe(true);
});

test('konsul agent -dev says who it is, serves, and stops at a signal', async () => {
  const agent = start('agent -dev -node=n1 -http-port=0 -log-level=info', { KONSUL_DATACENTER: 'east' });
  const [, address = ''] = await agent.until(/HTTP API: http:\/\/(127\.0\.0\.1:\d+)/);
  expect(agent.printed()).toMatch(/^==> Starting Konsul agent\.\.\.\n[\s\S]*Node name: 'n1'\n[\s\S]*Datacenter: 'east'\n/);
  await agent.until(/Try next:\n {6}curl -X PUT -d hello http:\/\/127\.0\.0\.1:\d+\/v1\/kv\/greeting\n/);
  const client = await RawClient.connect(address);
  await client.get('/v1/status/leader', ['Connection: close']);
  expect(await client.untilClosed()).toMatch(/"127\.0\.0\.1:8300"$/);
  agent.signal('SIGTERM');
  expect(await agent.done).toBe(0);
  expect(agent.printed()).toMatch(/==> Konsul agent stopped: SIGTERM\n$/);
  const lines = agent
    .printed()
    .split('\n')
    .filter((line) => /^\d{4}-/.test(line));
  expect(lines.some((line) => line.includes('agent: stopping: reason=SIGTERM'))).toBe(true);
  expect(lines.filter((line) => !/\[[A-Z]+\] +[a-z.]+: /.test(line))).toEqual([]);
});

test('konsul agent that cannot listen says why, and ends', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const { code, err } = await run(`agent -dev -http-port=${port} -log-level=error`);
  await new Promise((resolve) => taken.close(resolve));
  expect([code, err]).toEqual([1, expect.stringContaining(`==> the agent could not start: port ${port} is in use`)]);
});
