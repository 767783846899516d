import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECK_STATUSES } from '../model/check.ts';
import { exited, FakeProber, httpAnswer } from '../testing/fake-prober.ts';
import type { CheckFields } from './check-fields.ts';
import { checkTypes } from './check-types.ts';
import type { CheckResult, CheckTools, CheckType, CheckTypeName } from './define-check.ts';
import { checkSpecFrom } from './validate.ts';

const never = new AbortController().signal;

/** A registration of each type that a program can register. */
const EXAMPLES: Readonly<Partial<Record<CheckTypeName, CheckFields>>> = {
  ttl: { ttlNs: 1e9 },
  http: { http: 'http://127.0.0.1/', intervalNs: 1e9 },
  tcp: { tcp: '127.0.0.1:80', intervalNs: 1e9 },
  script: { scriptArgs: ['true'], intervalNs: 1e9 },
};

const types: readonly CheckType[] = Object.values(checkTypes);
const runnable = types.filter((type) => type.run !== undefined);

function attempt(type: CheckType, prober: FakeProber, signal = never): Promise<CheckResult> | undefined {
  const tools: CheckTools = { prober, outputMaxBytes: 100, followRedirects: true };
  return type.run?.(checkSpecFrom(EXAMPLES[type.type] ?? {}), tools, signal);
}

test('each file that defines a type is in the list, under its name', () => {
  const notTypes = [
    'check-fields',
    'check-sink',
    'check-types',
    'define-check',
    'gate',
    'periodic-check',
    'scheduler',
    'thresholds',
    'ttl-timer',
    'validate',
  ];
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const names = files.map((name) => name.slice(0, -3)).filter((name) => !notTypes.includes(name));
  expect(names.sort()).toEqual(Object.keys(checkTypes).sort());
  for (const [name, type] of Object.entries(checkTypes)) expect(type.type).toBe(name);
});

describe.each(types)('$type', (type) => {
  test('is understood from its own fields and from no others', () => {
    for (const [name, fields] of Object.entries(EXAMPLES)) {
      expect(type.kindFrom(fields)?.type).toBe(name === type.type ? name : undefined);
    }
  });

  test('cannot be changed after it was defined', () => {
    expect(Object.isFrozen(type)).toBe(true);
  });
});

test('the types with attempts are the periodic ones', () => {
  expect(runnable.map((type) => type.type)).toEqual(['http', 'tcp', 'script']);
});

describe.each(runnable)('an attempt of $type', (type) => {
  test('of a healthy target is passing, with some output limit and time-out passed on', async () => {
    const prober = new FakeProber();
    expect(await attempt(type, prober)).toMatchObject({ status: 'passing' });
    expect(prober.calls).toHaveLength(1);
    expect(prober.calls[0]?.probe.timeoutMs).toBeGreaterThan(0);
  });

  test('of a target that cannot be reached is critical with the reason', async () => {
    const prober = new FakeProber();
    prober.onHttp = prober.onTcp = () => ({ ok: false, error: 'unreachable' });
    prober.onExec = () => ({ ...exited(undefined), error: 'unreachable' });
    expect(await attempt(type, prober)).toEqual({ status: 'critical', output: 'unreachable' });
  });

  test('ends when aborted', async () => {
    const prober = new FakeProber();
    prober.onHttp = prober.onTcp = prober.onExec = () => new Promise<never>(() => {});
    const abort = new AbortController();
    const running = attempt(type, prober, abort.signal);
    abort.abort();
    expect(CHECK_STATUSES).toContain((await running)?.status);
    expect(prober.running).toBe(0);
  });

  test('has a bound on how many run at once', () => {
    expect(type.maxConcurrent).toBeGreaterThan(0);
  });
});

describe('http', () => {
  const run = (fields: CheckFields, prober: FakeProber, followRedirects = true): Promise<CheckResult> | undefined =>
    checkTypes.http.run?.(checkSpecFrom({ ...EXAMPLES.http, ...fields }), { prober, outputMaxBytes: 100, followRedirects }, never);

  test.each([
    [200, 'OK', 'passing'],
    [299, 'Odd', 'passing'],
    [429, 'Too Many Requests', 'warning'],
    [300, 'Multiple Choices', 'critical'],
    [404, 'Not Found', 'critical'],
    [503, '', 'critical'],
  ])('%i %s is %s', async (status, statusText, expected) => {
    const prober = new FakeProber();
    prober.onHttp = () => httpAnswer(status, statusText, 'body');
    const output = `HTTP GET http://127.0.0.1/: ${`${status} ${statusText}`.trim()} Output: body`;
    expect(await run({}, prober)).toEqual({ status: expected, output });
  });

  test('default headers give way to configured ones of any case', async () => {
    const prober = new FakeProber();
    await run({ header: { 'user-agent': ['mine'], Host: ['v'] }, method: 'PUT', body: 'b' }, prober);
    expect(prober.calls[0]?.probe).toMatchObject({
      method: 'PUT',
      body: 'b',
      timeoutMs: 10_000,
      maxRedirects: 10,
      keepBytes: 100,
      headers: { 'user-agent': ['mine'], Host: ['v'], Accept: ['text/plain, text/*, */*'] },
    });
    expect(prober.calls[0]?.probe).not.toHaveProperty(['headers', 'User-Agent']);
  });

  test.each([
    [{ disableRedirects: true }, true],
    [{}, false],
  ])('redirects can be turned off by the check (%j) and by the agent', async (fields, follow) => {
    const prober = new FakeProber();
    await run(fields, prober, follow);
    expect(prober.calls[0]?.probe).toMatchObject({ maxRedirects: 0 });
  });
});

describe('tcp', () => {
  const run = (fields: CheckFields, prober = new FakeProber()): Promise<CheckResult> | undefined =>
    checkTypes.tcp.run?.(checkSpecFrom({ intervalNs: 1e9, ...fields }), { prober, outputMaxBytes: 100, followRedirects: true }, never);

  test.each([
    [{ tcp: 'db:5432' }, 'TCP connect db:5432: Success'],
    [{ tcp: '[::1]:53', tcpUseTls: true }, 'TCP+TLS connect [::1]:53: Success'],
  ])("%j succeeds with Consul's text", async (fields, output) => {
    expect(await run(fields)).toEqual({ status: 'passing', output });
  });

  test.each([
    ['db', 'missing port in address'],
    ['[::1]', 'missing port in address'],
    ['::1:53', 'too many colons in address'],
    ['db:http', 'invalid port'],
    ['db:65536', 'invalid port'],
    ['db:', 'invalid port'],
  ])('%s is critical: %s', async (tcp, reason) => {
    expect(await run({ tcp })).toEqual({ status: 'critical', output: `dial tcp: address ${tcp}: ${reason}` });
  });

  test('no host means this machine', async () => {
    const prober = new FakeProber();
    await run({ tcp: ':8500' }, prober);
    expect(prober.calls[0]?.probe).toMatchObject({ host: 'localhost', port: 8_500, timeoutMs: 10_000 });
  });
});

describe('script', () => {
  const run = (prober: FakeProber, fields: CheckFields = {}): Promise<CheckResult> | undefined =>
    checkTypes.script.run?.(
      checkSpecFrom({ ...EXAMPLES.script, ...fields }),
      { prober, outputMaxBytes: 4_096, followRedirects: true },
      never,
    );

  test.each([
    [0, 'passing'],
    [1, 'warning'],
    [2, 'critical'],
    [127, 'critical'],
    [undefined, 'critical'],
  ])('exit code %s is %s', async (code, status) => {
    const prober = new FakeProber();
    prober.onExec = () => exited(code, 'said\n');
    expect(await run(prober)).toEqual({ status, output: 'said\n' });
  });

  test('output that was cut says so', async () => {
    const prober = new FakeProber();
    prober.onExec = () => ({ ...exited(0, 'end'), outputBytes: 9_999 });
    expect(await run(prober)).toEqual({ status: 'passing', output: 'Captured 4096 of 9999 bytes\n...\nend' });
  });

  test.each([
    ['', {}, 'Timed out (30s) running check'],
    ['so far', { timeoutNs: 1.5e9 }, 'Timed out (1.5s) running check\n\nso far'],
  ])('a time-out after %j says so', async (output, fields, expected) => {
    const prober = new FakeProber();
    prober.onExec = () => ({ ...exited(undefined, output), timedOut: true });
    expect(await run(prober, fields)).toEqual({ status: 'critical', output: expected });
  });
});
