import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import type { CheckFields } from './check-fields.ts';
import { checkSpecFrom } from './validate.ts';

const SECOND_NS = 1e9;
const http: CheckFields = { http: 'http://web/', intervalNs: 10 * SECOND_NS };
const NO_OPTIONS = {
  successBeforePassing: 0,
  failuresBeforeWarning: 0,
  failuresBeforeCritical: 0,
  outputMaxBytes: 0,
  deregisterAfterMs: 0,
};

test('an HTTP check gets its defaults', () => {
  expect(checkSpecFrom(http)).toEqual({
    type: 'http',
    url: 'http://web/',
    method: 'GET',
    headers: {},
    body: '',
    disableRedirects: false,
    tlsServerName: '',
    tlsSkipVerify: false,
    intervalMs: 10_000,
    timeoutMs: 0,
    ...NO_OPTIONS,
  });
});

test.each<[string, CheckFields, object]>([
  [
    'TCP',
    { tcp: 'db:5432', tcpUseTls: true, intervalNs: SECOND_NS, timeoutNs: 5e8 },
    { type: 'tcp', target: 'db:5432', useTls: true, timeoutMs: 500 },
  ],
  ['script', { scriptArgs: ['/bin/ok', '-v'], intervalNs: SECOND_NS }, { type: 'script', args: ['/bin/ok', '-v'] }],
  ['UDP', { udp: 'db:53', intervalNs: SECOND_NS }, { type: 'udp', target: 'db:53' }],
  ['gRPC', { grpc: 'db:1/web', grpcUseTls: true, intervalNs: SECOND_NS }, { type: 'grpc', target: 'db:1', service: 'web', useTls: true }],
  ['h2ping', { h2ping: 'db:1', intervalNs: SECOND_NS }, { type: 'h2ping', target: 'db:1', useTls: true }],
  ['docker', { dockerContainerId: 'c', scriptArgs: ['x'], intervalNs: SECOND_NS }, { type: 'docker', container: 'c', args: ['x'] }],
  ['OS service', { osService: 'sshd', intervalNs: SECOND_NS }, { type: 'os_service', service: 'sshd' }],
  ['alias of a service', { aliasService: 'web' }, { type: 'alias', node: '', service: 'web' }],
  ['alias of a node', { aliasNode: 'n1', intervalNs: SECOND_NS }, { type: 'alias', node: 'n1', service: '' }],
  ['TTL', { ttlNs: 15 * SECOND_NS }, { type: 'ttl', ttlMs: 15_000 }],
  ['short interval', { ...http, intervalNs: 1 }, { intervalMs: 1_000 }],
  ['HTTP and TCP', { ...http, tcp: 'a:1' }, { type: 'http' }],
  [
    'thresholds',
    { ...http, successBeforePassing: 3, failuresBeforeWarning: 1, failuresBeforeCritical: 2 },
    { successBeforePassing: 3, failuresBeforeWarning: 1, failuresBeforeCritical: 2 },
  ],
  [
    'negative counts',
    { ...http, successBeforePassing: -3, failuresBeforeCritical: -1, failuresBeforeWarning: -1 },
    { successBeforePassing: 0, failuresBeforeCritical: 0 },
  ],
  ['output size', { ...http, outputMaxSize: 100 }, { outputMaxBytes: 100 }],
  ['deregistration', { ...http, deregisterCriticalServiceAfterNs: 5_400 * SECOND_NS }, { deregisterAfterMs: 5_400_000 }],
  ['early deregistration', { ...http, deregisterCriticalServiceAfterNs: SECOND_NS }, { deregisterAfterMs: 1_000 }],
])('%s is understood', (_name, fields, expected) => {
  expect(checkSpecFrom(fields)).toMatchObject(expected);
});

const INTERVAL = 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks';

test.each<[string, CheckFields]>([
  ['Interval and TTL cannot both be specified', { ...http, ttlNs: 1 }],
  [INTERVAL, { http: 'http://web/' }],
  [INTERVAL, { tcp: 'a:1', ttlNs: 5 }],
  [INTERVAL, { scriptArgs: ['x'], intervalNs: -1 }],
  [INTERVAL, { udp: 'a:1' }],
  ['Interval cannot be set for Alias checks', { ...http, aliasService: 'web' }],
  ['TTL must be not be set for Alias checks', { aliasNode: 'n1', ttlNs: SECOND_NS }],
  ['TTL must be > 0 for TTL checks', {}],
  ['TTL must be > 0 for TTL checks', { intervalNs: SECOND_NS }],
  ['TTL must be > 0 for TTL checks', { ttlNs: -1, scriptArgs: [], http: '' }],
  ['Method CONNECT cannot be used for HTTP checks', { ...http, method: 'Connect' }],
  ['MaxOutputMaxSize must be positive', { ...http, outputMaxSize: -1 }],
  ["FailuresBeforeWarning can't be higher than FailuresBeforeCritical", { ...http, failuresBeforeWarning: 2, failuresBeforeCritical: 1 }],
  [INTERVAL, { grpc: 'a:1' }],
  [INTERVAL, { h2ping: 'a:1' }],
  [INTERVAL, { osService: 'sshd' }],
  ['TTL must be > 0 for TTL checks', { dockerContainerId: 'c', intervalNs: SECOND_NS }],
])('%s', (reason, fields) => {
  expect(() => checkSpecFrom(fields)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', message: `Invalid check: ${reason}` }));
});

test('whatever the fields, the answer is a usable spec or a bad request', () => {
  const text = fc.constantFrom('', 'x:1');
  const count = fc.integer({ min: -2, max: 3 });
  const fields = fc.record(
    {
      http: text,
      tcp: text,
      udp: text,
      grpc: text,
      h2ping: text,
      osService: text,
      dockerContainerId: text,
      aliasService: text,
      scriptArgs: fc.array(text, { maxLength: 2 }),
      ttlNs: count,
      intervalNs: count,
      timeoutNs: count,
      outputMaxSize: count,
      failuresBeforeWarning: count,
      failuresBeforeCritical: count,
      successBeforePassing: count,
    },
    { requiredKeys: [] },
  );
  fc.assert(fc.property(fields, (given) => isUsableOrRefused(given)));
});

function isUsableOrRefused(fields: CheckFields): boolean {
  try {
    const spec = checkSpecFrom(fields);
    return 'intervalMs' in spec
      ? spec.intervalMs >= 1_000 && spec.timeoutMs >= 0
      : spec.type === 'alias' || (spec.type === 'ttl' && spec.ttlMs > 0);
  } catch (error) {
    return error instanceof KonsulError && error.code === 'BAD_REQUEST';
  }
}
