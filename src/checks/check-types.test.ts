import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CHECK_STATUSES } from '../model/check.ts';
import type { CheckSpec } from '../model/check-spec.ts';
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
  udp: { udp: '127.0.0.1:53', intervalNs: 1e9 },
  grpc: { grpc: '127.0.0.1:50051/web', intervalNs: 1e9 },
  docker: { dockerContainerId: 'c1', scriptArgs: ['true'], intervalNs: 1e9 },
  script: { scriptArgs: ['true'], intervalNs: 1e9 },
  h2ping: { h2ping: '127.0.0.1:443', intervalNs: 1e9 },
  os_service: { osService: 'sshd.service', intervalNs: 1e9 },
  alias: { aliasService: 'web' },
};

const types: readonly CheckType[] = Object.values(checkTypes);
const runnable = types.filter((type) => type.run !== undefined);

function attempt(type: CheckType, prober: FakeProber, signal = never): Promise<CheckResult> | undefined {
  const tools: CheckTools = { prober, outputMaxBytes: 100, followRedirects: true };
  return type.run?.(checkSpecFrom(EXAMPLES[type.type] ?? {}), tools, signal);
}

/** Everything is well; systemd says so too. */
function healthy(): FakeProber {
  const prober = new FakeProber();
  prober.onExec = ({ args }) => exited(0, args[0] === 'systemctl' ? 'LoadState=loaded\nActiveState=active\n' : '');
  return prober;
}

test('each file that defines a type is in the list, under its name', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const defining = files.filter((name) => /: CheckType = defineCheck</.test(readFileSync(new URL(name, folder), 'utf8')));
  expect(defining.map((name) => name.slice(0, -3).replaceAll('-', '_')).sort()).toEqual(Object.keys(checkTypes).sort());
  for (const [name, type] of Object.entries(checkTypes)) expect(type.type).toBe(name);
});

test('each type that can be registered has an example', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(
    Object.keys(checkTypes)
      .filter((name) => name !== 'maintenance')
      .sort(),
  );
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
  expect(runnable.map((type) => type.type)).toEqual(['http', 'tcp', 'udp', 'grpc', 'docker', 'script', 'h2ping', 'os_service']);
});

describe.each(runnable)('an attempt of $type', (type) => {
  test('of a healthy target is passing, with some output limit and time-out passed on', async () => {
    const prober = healthy();
    expect(await attempt(type, prober)).toMatchObject({ status: 'passing' });
    expect(prober.calls).toHaveLength(1);
    expect(prober.calls[0]?.probe.timeoutMs).toBeGreaterThan(0);
  });

  test('of a target that cannot be reached is critical with the reason', async () => {
    const prober = new FakeProber();
    prober.onHttp = prober.onTcp = prober.onUdp = prober.onGrpc = () => ({ ok: false as const, error: 'unreachable' });
    prober.onH2Ping = () => ({ ok: false, error: 'unreachable', hasConnected: false });
    prober.onExec = prober.onDocker = () => ({ ...exited(undefined), error: 'unreachable' });
    expect(await attempt(type, prober)).toEqual({ status: 'critical', output: expect.stringMatching(/unreachable$/) });
  });

  test('ends when aborted', async () => {
    const prober = new FakeProber();
    const wait = (): Promise<never> => new Promise(() => {});
    prober.onHttp = prober.onTcp = prober.onUdp = prober.onGrpc = prober.onH2Ping = prober.onExec = prober.onDocker = wait;
    const abort = new AbortController();
    const running = attempt(type, prober, abort.signal);
    abort.abort();
    expect(CHECK_STATUSES).toContain((await running)?.status);
    expect(prober.running).toBe(0);
  });

  test('has a bound on how many run at once', () => {
    expect(type.lanes?.quick).toBeGreaterThan(0);
    expect(type.lanes?.slow).toBeGreaterThan(0);
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

const runOf = (type: CheckTypeName, fields: CheckFields, prober: FakeProber, outputMaxBytes = 4_096): Promise<CheckResult> | undefined =>
  checkTypes[type].run?.(checkSpecFrom({ intervalNs: 1e9, ...fields }), { prober, outputMaxBytes, followRedirects: true }, never);

describe('udp', () => {
  test("success has Consul's text, and the time-out is short unless given", async () => {
    const prober = new FakeProber();
    expect(await runOf('udp', { udp: '[::1]:53' }, prober)).toEqual({ status: 'passing', output: 'UDP connect [::1]:53: Success' });
    await runOf('udp', { udp: ':53', timeoutNs: 5e9 }, prober);
    expect(prober.calls.map(({ probe }) => probe)).toEqual([
      { host: '::1', port: 53, timeoutMs: 1_000 },
      { host: 'localhost', port: 53, timeoutMs: 5_000 },
    ]);
  });

  test('an address that is none is critical', async () => {
    const output = 'dial udp: address db: missing port in address';
    expect(await runOf('udp', { udp: 'db' }, new FakeProber())).toEqual({ status: 'critical', output });
  });
});

describe('grpc', () => {
  test.each([
    ['db:5000', 'SERVING', 'passing', 'gRPC check db:5000: success'],
    ['db:5000/web', 'SERVING', 'passing', 'gRPC check db:5000/web: success'],
    ['db:5000/web', 'NOT_SERVING', 'critical', 'gRPC db:5000/web serving status: NOT_SERVING'],
    ['db:5000', 'UNKNOWN', 'critical', 'gRPC db:5000 serving status: UNKNOWN'],
  ])('%s that is %s is %s', async (grpc, servingStatus, status, output) => {
    const prober = new FakeProber();
    prober.onGrpc = () => ({ ok: true, servingStatus });
    expect(await runOf('grpc', { grpc }, prober)).toEqual({ status, output });
  });

  test('the service is what follows the first slash, and TLS is used if asked for', async () => {
    const prober = new FakeProber();
    await runOf('grpc', { grpc: 'db:5000/a/b', grpcUseTls: true, tlsServerName: 'db.test', tlsSkipVerify: true }, prober);
    const tls = { tls: true, tlsServerName: 'db.test', tlsSkipVerify: true };
    expect(prober.calls[0]?.probe).toEqual({ host: 'db', port: 5_000, service: 'a/b', timeoutMs: 10_000, ...tls });
    await runOf('grpc', { grpc: 'db:5000' }, prober);
    expect(prober.calls[1]?.probe).toMatchObject({ service: '', tls: false });
  });

  test("an address that is none is critical, in grpc-go's words", async () => {
    const reason = 'transport: Error while dialing dial tcp: address db: missing port in address';
    const output = `rpc error: code = Unavailable desc = connection error: desc = "${reason}"`;
    expect(await runOf('grpc', { grpc: 'db' }, new FakeProber())).toEqual({ status: 'critical', output });
  });
});

describe('h2ping', () => {
  test.each([
    [undefined, true],
    [true, true],
    [false, false],
  ])('h2pingUseTls %s means TLS %s', async (h2pingUseTls, tls) => {
    const prober = new FakeProber();
    expect(await runOf('h2ping', { h2ping: 'web:443', h2pingUseTls }, prober)).toEqual({
      status: 'passing',
      output: 'HTTP2 ping was successful',
    });
    expect(prober.calls[0]?.probe).toEqual({ host: 'web', port: 443, timeoutMs: 10_000, tls, tlsServerName: '', tlsSkipVerify: false });
  });

  test.each([
    [false, 'Failed to dial to web:443: why'],
    [true, 'HTTP2 ping failed: why'],
  ])('a failure after connecting (%s) reads %j', async (hasConnected, output) => {
    const prober = new FakeProber();
    prober.onH2Ping = () => ({ ok: false, error: 'why', hasConnected });
    expect(await runOf('h2ping', { h2ping: 'web:443' }, prober)).toEqual({ status: 'critical', output });
  });

  test('an address that is none is critical', async () => {
    const output = 'Failed to dial to web: dial tcp: address web: missing port in address';
    expect(await runOf('h2ping', { h2ping: 'web' }, new FakeProber())).toEqual({ status: 'critical', output });
  });
});

describe('docker', () => {
  test('the arguments run in the container as they are, judged as a script', async () => {
    const prober = new FakeProber();
    prober.onDocker = () => exited(1, 'so so');
    expect(await runOf('docker', { dockerContainerId: 'c1', scriptArgs: ['/bin/ok', '-v'] }, prober)).toEqual({
      status: 'warning',
      output: 'so so',
    });
    expect(prober.calls[0]?.probe).toEqual({ container: 'c1', args: ['/bin/ok', '-v'], timeoutMs: 30_000, keepBytes: 4_096 });
  });
});

describe('os_service', () => {
  const run = (state: string, osService = 'sshd'): Promise<CheckResult> | undefined => {
    const prober = new FakeProber();
    prober.onExec = () => exited(0, state);
    return runOf('os_service', { osService }, prober);
  };

  test.each([
    ['LoadState=loaded\nActiveState=active\n', 'passing', 'Service "sshd" is healthy'],
    ['LoadState=loaded\nActiveState=inactive\n', 'critical', 'service status: inactive - OS Service unhealthy'],
    ['ActiveState=failed\nLoadState=loaded\n', 'critical', 'service status: failed - OS Service unhealthy'],
    ['LoadState=loaded\nActiveState=activating\n', 'warning', 'service status: activating'],
    ['LoadState=not-found\nActiveState=inactive\n', 'critical', 'there is no service "sshd"'],
    ['', 'critical', 'error querying systemd: there is no state in its answer'],
  ])('%j is %s', async (state, status, output) => {
    expect(await run(state)).toEqual({ status, output });
  });

  test.each(['', 'a b', '*', '$(x)', 'a\nb', 'x'.repeat(256)])('%j is no name of a unit, and systemd is not asked', async (osService) => {
    const prober = new FakeProber();
    const spec = { ...checkSpecFrom({ osService: 'x', intervalNs: 1e9 }), type: 'os_service', service: osService } as CheckSpec;
    const result = await checkTypes.os_service.run?.(spec, { prober, outputMaxBytes: 9, followRedirects: true }, never);
    expect(result).toMatchObject({ status: 'critical', output: expect.stringMatching(/" is not the name of a systemd unit$/) });
    expect(prober.calls).toEqual([]);
  });

  test.each([
    [{ ...exited(1, 'Failed to connect to bus\n') }, 'error querying systemd: Failed to connect to bus'],
    [{ ...exited(undefined) }, 'error querying systemd: systemctl ended with exit code unknown'],
    [{ ...exited(undefined), timedOut: true }, 'Timed out (30s) running check'],
  ])('%j is critical', async (end, output) => {
    const prober = new FakeProber();
    prober.onExec = () => end;
    expect(await runOf('os_service', { osService: 'sshd' }, prober)).toEqual({ status: 'critical', output });
  });
});
