import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Definition } from '../config/definition.ts';
import type { ConfigBlock, ConfigTree } from '../config/tree.ts';
import { registrationsOf } from './definitions.ts';

/** A file as if each key stood on a line of its own; line 1 is the block itself. */
function blockOf(value: object): ConfigBlock {
  let line = 1;
  const treeOf = (given: unknown, at: number): ConfigTree => {
    if (Array.isArray(given)) return { kind: 'list', line: at, items: given.map((item) => treeOf(item, at)) };
    if (typeof given !== 'object' || given === null) return { kind: 'scalar', line: at, value: given as string };
    const members = Object.entries(given).map(([name, member]) => {
      line += 1;
      return { name, line, value: treeOf(member, line) };
    });
    return { kind: 'block', line: at, members };
  };
  return treeOf(value, 1) as ConfigBlock;
}

const service = (value: object, path = 'a.hcl'): Definition => ({ kind: 'service', path, block: blockOf(value) });
const check = (value: object, path = 'a.hcl'): Definition => ({ kind: 'check', path, block: blockOf(value) });

const read = (definitions: readonly Definition[], scriptChecksEnabled = false) => registrationsOf(definitions, { scriptChecksEnabled });
const registered = (...definitions: Definition[]) => {
  const { registrations, problems } = read(definitions);
  expect(problems).toEqual([]);
  return registrations;
};

test('A service of a file is the service that the API would make of it', () => {
  const { services } = registered(
    service({
      name: 'pay',
      id: 'pay-1',
      kind: '',
      port: 9100,
      tags: ['blue'],
      address: '10.0.0.1',
      socket_path: '/run/pay.sock',
      meta: { team: 'ops', __proto__x: 'y' },
      tagged_addresses: { lan: { address: '10.0.0.2', port: 1 } },
      enable_tag_override: true,
      token: 'kept to itself',
      weights: { warning: 3 },
      connect: { native: true, sidecar_service: { port: 1 }, made_up: 1 },
      proxy: { config: { a: [1, true, null] } },
      locality: { region: 'eu' },
      namespace: 'default',
    }),
  );
  expect(services).toEqual([
    {
      service: {
        id: 'pay-1',
        name: 'pay',
        kind: '',
        tags: ['blue'],
        address: '10.0.0.1',
        port: 9100,
        socketPath: '/run/pay.sock',
        taggedAddresses: {
          lan: { address: '10.0.0.2', port: 1 },
          lan_ipv4: { address: '10.0.0.1', port: 9100 },
          wan_ipv4: { address: '10.0.0.1', port: 9100 },
        },
        meta: { team: 'ops', __proto__x: 'y' },
        weights: { passing: 1, warning: 3 },
        enableTagOverride: true,
        proxy: { config: { a: [1, true, null] } },
        connectNative: true,
        locality: { region: 'eu', zone: '' },
      },
      token: 'kept to itself',
      checks: [],
    },
  ]);
});

test.each(['enable_tag_override', 'EnableTagOverride', 'enableTagOverride', 'enabletagoverride'])(
  'A service takes the spelling %s',
  (key) => {
    expect(registered(service({ Name: 'web', [key]: true })).services[0]?.service.enableTagOverride).toBe(true);
  },
);

test.each([
  ['deregister_critical_service_after', '90s', { deregisterAfterMs: 90_000 }],
  ['deregistercriticalserviceafter', '90s', { deregisterAfterMs: 90_000 }],
  ['DeregisterCriticalServiceAfter', '90s', { deregisterAfterMs: 90_000 }],
  ['tls_skip_verify', true, { tlsSkipVerify: true }],
  ['tlsskipverify', true, { tlsSkipVerify: true }],
  ['output_max_size', 7, { outputMaxBytes: 7 }],
  ['header', { 'X-A': ['1', '2'] }, { headers: { 'X-A': ['1', '2'] } }],
  ['timeout', '1.5s', { timeoutMs: 1500 }],
])('A check takes %s', (key, value, expected) => {
  const { checks } = registered(check({ name: 'up', http: 'http://localhost', interval: '10s', [key]: value }));
  expect(checks[0]?.spec).toMatchObject({ type: 'http', url: 'http://localhost', intervalMs: 10_000, ...expected });
});

test.each(['args', 'scriptargs', 'script_args', 'ScriptArgs'])('A script check takes %s where scripts are enabled', (key) => {
  const definition = check({ name: 'x', [key]: ['true', '-v'], interval: '5s' });
  expect(read([definition], true).registrations.checks[0]?.spec).toMatchObject({ type: 'script', args: ['true', '-v'] });
  expect(read([definition]).problems).toEqual([
    "a.hcl:1: check: Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true",
  ]);
});

test('The checks of a service have the ids, names and order of Consul: the list first, then the single one', () => {
  const { services } = registered(
    service({
      name: 'web',
      id: 'web-1',
      check: { ttl: '9s', notes: 'single', token: 't', service_id: 'ignored' },
      checks: [
        { ttl: '1s', status: 'passing' },
        { id: 'own', name: 'mine', ttl: '1s' },
      ],
    }),
  );
  expect(services[0]?.checks.map(({ id, name, notes, status, serviceId }) => [id, name, notes, status, serviceId])).toEqual([
    ['service:web-1:1', "Service 'web' check", '', 'passing', 'web-1'],
    ['own', 'mine', '', undefined, 'web-1'],
    ['service:web-1:3', "Service 'web' check", 'single', undefined, 'web-1'],
  ]);
});

test('A service with one check has no number in its id', () => {
  expect(registered(service({ name: 'web', check: { ttl: '9s' } })).services[0]?.checks[0]?.id).toBe('service:web');
});

test('A check on its own may be for a service, or have an id only', () => {
  expect(
    registered(
      check({ name: 'x', service_id: 'web', ttl: '1s' }),
      check({ id: 'only', ttl: '1s' }),
      check({ name: 'y', serviceid: 'web', ttl: '1s' }),
    ).checks,
  ).toMatchObject([
    { id: 'x', name: 'x', serviceId: 'web' },
    { id: 'only', name: '', serviceId: '' },
    { id: 'y', serviceId: 'web' },
  ]);
});

test('HCL writes one thing as a list of one, and a list of one as one thing', () => {
  const { services } = registered(service({ name: ['web'], weights: [{ passing: 2 }], checks: { ttl: '1s' } }));
  expect(services).toMatchObject([{ service: { name: 'web', weights: { passing: 2, warning: 1 } }, checks: [{ id: 'service:web' }] }]);
});

test('Null is the same as absent, and watches are not looked at', () => {
  const watch: Definition = { kind: 'watch', path: 'a', block: blockOf({ what: 1 }) };
  expect(registered(service({ name: 'web', tags: null, id: null, meta: { a: null } }), watch).services).toMatchObject([
    { service: { id: 'web', tags: [], meta: {} }, checks: [] },
  ]);
});

test('A file may name the address 0.0.0.0, which the API refuses', () => {
  expect(registered(service({ name: 'web', address: '0.0.0.0' })).services[0]?.service.address).toBe('0.0.0.0');
});

const TTL = { ttl: '1s' };

const REFUSED: readonly (readonly [Definition, readonly string[]])[] = [
  [service({ port: 1, id: 'x' }), ['a.hcl:1: service: Missing service name']],
  [service({ name: '' }), ['a.hcl:2: service.name: Missing service name']],
  [service({ name: 'web', prot: 1 }), ['a.hcl:3: service.prot: unknown key; did you mean "port"?']],
  [service({ name: 'web', CheckID: 1 }), ['a.hcl:3: service.CheckID: unknown key; did you mean "check"?']],
  [service({ name: 'web', entirely_else: 1 }), ['a.hcl:3: service.entirely_else: unknown key']],
  [service({ name: 'web', ['p'.repeat(200)]: 1 }), [`a.hcl:3: service.${'p'.repeat(72)}…: unknown key`]],
  [service({ name: 'web', namespace: 'team-a' }), ['a.hcl:3: service.namespace: unknown key']],
  [service({ name: 'web', port: '80' }), ['a.hcl:3: service.port: must be a whole number']],
  [service({ name: 'web', port: 1.5 }), ['a.hcl:3: service.port: must be a whole number']],
  [service({ name: 8 }), ['a.hcl:2: service.name: must be a text, in quotes']],
  [service({ name: 'web', tags: 'a' }), ['a.hcl:3: service.tags: must be a list, in square brackets']],
  [
    service({ name: 'web', tags: ['a', 1, null] }),
    ['a.hcl:3: service.tags[1]: must be a text, in quotes', 'a.hcl:3: service.tags[2]: must be a text, in quotes'],
  ],
  [service({ name: 'web', meta: 'a' }), ['a.hcl:3: service.meta: must be a block, in braces']],
  [service({ name: 'web', meta: { a: 1 } }), ['a.hcl:4: service.meta.a: must be a text, in quotes']],
  [service({ name: 'web', meta: [{}, {}] }), ['a.hcl:3: service.meta: must be one block, and there are 2']],
  [service({ name: 'web', enable_tag_override: 'true' }), ['a.hcl:3: service.enable_tag_override: must be true or false']],
  [service({ name: 'web', check: [TTL, TTL] }), ['a.hcl:3: service.check: must be one block, and there are 2']],
  [service({ name: 'web', check: { ttl: '10x' } }), ['a.hcl:4: service.check.ttl: must be a duration such as "10s" or "1m30s"']],
  [
    service({ name: 'web', check: { tcp: 'localhost:1', interval: 10 } }),
    ['a.hcl:5: service.check.interval: must be a duration such as "10s" or "1m30s"'],
  ],
  [service({ name: 'web', check: {} }), ['a.hcl:3: service.check: Invalid check: TTL must be > 0 for TTL checks']],
  [
    service({ name: 'web', checks: [TTL, { ttl: '1s', intervall: '1s' }] }),
    ['a.hcl:6: service.checks[1].intervall: unknown key; did you mean "interval"?'],
  ],
  [
    service({ name: 'web', check: { ...TTL, status: 'green' } }),
    ["a.hcl:3: service.check: Status for checks must 'passing', 'warning', 'critical'"],
  ],
  [service({ name: 'web', weights: { passing: 0 } }), ['a.hcl:3: service.weights: Invalid Weights: Passing must be greater than 0']],
  [
    service({ name: 'web', Meta: { 'a b': 'x' } }),
    ["a.hcl:3: service.Meta: Invalid Service Meta: Couldn't load metadata pair ('a b', 'x'): Key contains invalid characters"],
  ],
  [
    service({ name: 'web', tagged_addresses: { lan_ipv4: { address: '::1' } } }),
    ['a.hcl:3: service.tagged_addresses: Service tagged address "lan_ipv4" must be a valid ipv4 address'],
  ],
  [check(TTL), ['a.hcl:1: check: Missing check name']],
  [check({ name: 'x' }), ['a.hcl:1: check: Invalid check: TTL must be > 0 for TTL checks']],
  [check({ name: 'x', ...TTL, status: 'green' }), ['a.hcl:1: check: Bad check status']],
  [
    check({ name: 'x', http: 'http://h', interval: '1s', header: { a: 'b' } }),
    ['a.hcl:6: check.header.a: must be a list, in square brackets'],
  ],
];

test.each(REFUSED.map(([definition, problems]) => [problems, definition] as const))('%j is what is told', (problems, definition) => {
  expect(read([definition]).problems).toEqual(problems);
});

test('Everything that is wrong is told at once, and what is right is read', () => {
  const { problems, registrations } = read([
    service({ nam: 'a', port: 'x' }, 'one.json'),
    service({ name: 'ok' }, 'two.json'),
    check({ name: 'x' }, 'three.json'),
  ]);
  expect(problems).toEqual([
    'one.json:2: service.nam: unknown key; did you mean "name"?',
    'one.json:3: service.port: must be a whole number',
    'three.json:1: check: Invalid check: TTL must be > 0 for TTL checks',
  ]);
  expect(registrations.services.map(({ service: { id } }) => id)).toEqual(['ok']);
});

test('Two definitions with one id are a problem that names both places', () => {
  const { problems } = read([
    service({ name: 'web', check: { id: 'c', ...TTL } }, 'a.hcl'),
    service({ port: 1, name: 'other', id: 'web' }, 'b.hcl'),
    check({ name: 'c', ...TTL }, 'c.hcl'),
    check({ name: 'web', ...TTL }, 'd.hcl'),
  ]);
  expect(problems).toEqual([
    'b.hcl:4: service.id: the id "web" is that of another definition, at a.hcl:2',
    'c.hcl:1: check: the id "c" is that of another definition, at a.hcl:3',
  ]);
});

test('Keys that name parts of objects stay plain data', () => {
  const meta = Object.defineProperty({}, '__proto__', { value: 'x', enumerable: true });
  const { services } = registered(service({ name: '__proto__', meta, proxy: { constructor: { prototype: 1 } } }));
  expect(Object.keys(services[0]?.service.meta ?? {})).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(services[0]?.service.proxy)).toBe(Object.prototype);
  expect(read([service({ name: 'web', __proto__x: 1, constructor: 1 })]).problems).toHaveLength(2);
});

test('Whatever a file holds, it is read or refused with a place, never an exception', () => {
  const known = fc.constantFrom(
    'name',
    'id',
    'check',
    'checks',
    'ttl',
    'meta',
    'tags',
    'weights',
    'header',
    'args',
    'interval',
    'port',
    'connect',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.constantFrom('10s', 'web', '', 5, -1, 1.5, true, null), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(fc.oneof(known, fc.string()), tie('value'), { maxKeys: 6 }),
  }));
  const block = fc.dictionary(fc.oneof(known, fc.string()), value, { maxKeys: 8 });
  fc.assert(
    fc.property(block, fc.boolean(), (given, isService) => {
      const { problems, registrations } = read([isService ? service(given) : check(given)], true);
      expect(problems.every((problem) => /^a\.hcl:[1-9]\d*: (?:service|check).*: .+$/.test(problem))).toBe(true);
      expect(problems.length + registrations.services.length + registrations.checks.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
