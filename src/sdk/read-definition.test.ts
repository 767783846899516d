import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceChecksOf, serviceDefinitionOf, serviceRegisterBody } from '../registration/service-body.ts';
import { decodeBody } from '../wire/decode.ts';
import type { RegisterDefinition } from './definition.ts';
import { readDefinition } from './read-definition.ts';

/** What an agent makes of it: its own reader of the API. */
function asRegistered(definition: RegisterDefinition) {
  const body = decodeBody(serviceRegisterBody, Buffer.from(readDefinition(definition).body));
  const service = serviceDefinitionOf(body, { scriptChecksEnabled: true });
  return { service, checks: serviceChecksOf(body, service, { scriptChecksEnabled: true }) };
}

test('everything that can be said of a service arrives at the agent', () => {
  const { service } = asRegistered({
    name: 'web',
    id: 'web-1',
    address: '10.0.0.1',
    port: 80,
    socketPath: '/run/web.sock',
    tags: ['a'],
    meta: { k: 'v' },
    weights: { passing: 3, warning: 0 },
    taggedAddresses: { wan: { address: '1.2.3.4', port: 1 } },
    locality: { region: 'eu', zone: 'a' },
    enableTagOverride: true,
  });
  expect(service).toMatchObject({
    ...{ id: 'web-1', name: 'web', address: '10.0.0.1', port: 80, socketPath: '/run/web.sock', tags: ['a'], meta: { k: 'v' } },
    ...{ weights: { passing: 3, warning: 0 }, locality: { region: 'eu', zone: 'a' }, enableTagOverride: true },
    taggedAddresses: { wan: { address: '1.2.3.4', port: 1 } },
  });
});

test.each<[object, object]>([
  [{ ttlMs: 1_500 }, { type: 'ttl', ttlMs: 1_500 }],
  [
    {
      http: 'http://a/',
      intervalMs: 1_000,
      timeoutMs: 200,
      method: 'PUT',
      headers: { A: 'x', B: ['y', 'z'] },
      body: 'b',
      disableRedirects: true,
    },
    {
      type: 'http',
      url: 'http://a/',
      intervalMs: 1_000,
      timeoutMs: 200,
      method: 'PUT',
      body: 'b',
      disableRedirects: true,
      headers: { A: ['x'], B: ['y', 'z'] },
    },
  ],
  [
    { tcp: 'a:1', intervalMs: 5_000, useTls: true, tlsServerName: 'n', tlsSkipVerify: true },
    { type: 'tcp', target: 'a:1', useTls: true, tlsServerName: 'n', tlsSkipVerify: true },
  ],
  [
    { udp: 'a:1', intervalMs: 5_000 },
    { type: 'udp', target: 'a:1' },
  ],
  [
    { grpc: 'a:1/svc', intervalMs: 5_000, useTls: true },
    { type: 'grpc', target: 'a:1', service: 'svc', useTls: true },
  ],
  [
    { h2ping: 'a:1', intervalMs: 5_000, useTls: false },
    { type: 'h2ping', target: 'a:1', useTls: false },
  ],
  [
    { script: ['/bin/true', '-x'], intervalMs: 5_000 },
    { type: 'script', args: ['/bin/true', '-x'] },
  ],
  [
    { osService: 'nginx', intervalMs: 5_000 },
    { type: 'os_service', service: 'nginx' },
  ],
  [{ aliasService: 'db' }, { type: 'alias', service: 'db' }],
])('the check %j arrives as what it is', (check, spec) => {
  const basics = {
    id: 'c',
    name: 'n',
    notes: 'why',
    status: 'warning',
    successBeforePassing: 1,
    failuresBeforeCritical: 3,
    failuresBeforeWarning: 2,
  };
  const { checks } = asRegistered({ name: 'web', checks: [{ ...basics, ...check, deregisterAfterMs: 120_000 } as never] });
  expect(checks).toMatchObject([
    {
      ...{ id: 'c', name: 'n', notes: 'why', status: 'warning', serviceId: 'web' },
      spec: { ...spec, successBeforePassing: 1, failuresBeforeCritical: 3, failuresBeforeWarning: 2, deregisterAfterMs: 120_000 },
    },
  ]);
});

test('checks have the ids that an agent would give them', () => {
  const idsOf = (definition: RegisterDefinition) => {
    const stated = readDefinition(definition).checks.map(({ id }) => id);
    const body = JSON.parse(readDefinition(definition).body);
    for (const check of body.Checks) delete check.CheckID;
    const given = decodeBody(serviceRegisterBody, Buffer.from(JSON.stringify(body)));
    const service = serviceDefinitionOf(given, { scriptChecksEnabled: true });
    return { stated, given: serviceChecksOf(given, service, { scriptChecksEnabled: true }).map(({ id }) => id) };
  };
  for (const checks of [[{ ttlMs: 1 }], [{ ttlMs: 1 }, { ttlMs: 2 }]]) {
    const { stated, given } = idsOf({ name: 'web', id: 'w1', checks });
    expect(stated).toEqual(given);
  }
});

const problemsOf = (given: unknown): readonly string[] => {
  try {
    readDefinition(given as RegisterDefinition);
    return [];
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: { problems: string[] } };
    expect(code).toBe('BAD_REQUEST');
    expect(message).toBe(`this cannot be registered: ${details.problems.join('; ')}`);
    return details.problems;
  }
};

test.each<[unknown, readonly string[]]>([
  [undefined, ['it must be an object, and is undefined']],
  ['web', ['it must be an object, and is "web"']],
  [[], ['it must be an object, and is a list']],
  [{}, ['name is missing']],
  [{ name: '' }, ['name must be a text that is not empty, and is ""']],
  [{ nmae: 'web' }, ['nmae is unknown; did you mean name?', 'name is missing']],
  [{ name: 'web', port: 99_999 }, ['port must be a whole number from 0 to 65535, and is 99999']],
  [{ name: 'web', port: '80' }, ['port must be a whole number from 0 to 65535, and is "80"']],
  [{ name: 'web', tags: 'v1' }, ['tags must be a list of texts, and is "v1"']],
  [{ name: 'web', meta: { a: 1 } }, ['meta must be an object of texts, and is an object']],
  [{ name: 'web', weights: { passing: 0, warning: 1 } }, ['weights passing must be a whole number from 1 to 65535, and is 0']],
  [{ name: 'web', enableTagOverride: 'yes' }, ['enableTagOverride must be true or false, and is "yes"']],
  [{ name: 'web', toString: 1, constructor: 2 }, ['toString is unknown', 'constructor is unknown']],
  [{ name: 'web', checks: {} }, ['checks must be a list']],
  [{ name: 'web', checks: [null] }, ['checks[0] must be an object, and is null']],
  [
    { name: 'web', checks: [{ ttl: 1 }] },
    ['checks[0].ttl is unknown; did you mean ttlMs?', expect.stringMatching(/^checks\[0\] needs one of ttlMs, http/)],
  ],
  [{ name: 'web', checks: [{ http: 'x' }] }, ['checks[0].intervalMs is missing: how often is it to be run?']],
  [{ name: 'web', checks: [{ http: 'x', intervalMs: 10 }] }, ['checks[0].intervalMs must be milliseconds, at least 1000, and is 10']],
  [{ name: 'web', checks: [{ http: 'x', tcp: 'y', intervalMs: 1_000 }] }, ['checks[0] must have one of http and tcp, not both']],
  [{ name: 'web', checks: [{ ttlMs: 1, intervalMs: 1_000 }] }, ['checks[0].intervalMs makes no sense beside ttlMs']],
  [{ name: 'web', checks: [{ ttlMs: 1, useTls: true }] }, ['checks[0].useTls makes no sense beside ttlMs']],
  [{ name: 'web', checks: [{ ttlMs: 1, status: 'ok' }] }, ['checks[0].status must be one of passing, warning, critical, and is "ok"']],
  [
    { name: 'web', checks: [{ http: 'x', intervalMs: 1_000, headers: { A: 1 } }] },
    ['checks[0].headers.A must be a text or a list of texts'],
  ],
  [
    {
      name: 'web',
      checks: [
        { id: 'c', ttlMs: 1 },
        { id: 'c', ttlMs: 1 },
      ],
    },
    ['checks: the id c is there twice'],
  ],
])('%j: what is wrong is said, all at once', (given, problems) => {
  expect(problemsOf(given)).toEqual(problems);
});

test('a long text is cut where it is shown', () => {
  expect(problemsOf({ name: 'web', port: 'x'.repeat(1_000) })[0]?.length).toBeLessThan(120);
});

test('whatever is given, there is a body or a list of problems, and no prototype is touched', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ name: fc.string(), checks: fc.array(fc.anything()) }), fc.jsonValue()), (given) => {
      const problems = problemsOf(given);
      if (problems.length === 0) expect(() => JSON.parse(readDefinition(given as RegisterDefinition).body)).not.toThrow();
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
  );
  expect(problemsOf(JSON.parse('{"name":"web","__proto__":{"polluted":1}}'))).toEqual(['__proto__ is unknown']);
});
