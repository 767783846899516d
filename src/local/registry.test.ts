import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckRegistration } from '../model/check-registration.ts';
import { DEFAULT_WEIGHTS, type ServiceDefinition } from '../model/service.ts';
import { decodeEntry, encodeEntry, type LogEntry } from './log-entry.ts';
import { Registry } from './registry.ts';

const create = (): Registry => new Registry({ nodeName: 'edge-1', nodeId: 'id-1' });

const definition = (id: string, tags: readonly string[] = []): ServiceDefinition => ({
  id,
  name: 'web',
  kind: '',
  tags,
  address: '',
  port: 80,
  socketPath: '',
  taggedAddresses: undefined,
  meta: { 'a-b': '1' },
  weights: DEFAULT_WEIGHTS,
  enableTagOverride: true,
  proxy: { limit: 2n ** 60n },
  connectNative: false,
  locality: undefined,
});

const registration = (id: string, serviceId: string): CheckRegistration => ({
  id,
  name: id,
  notes: '',
  serviceId,
  status: undefined,
  spec: {
    type: 'tcp',
    target: 'localhost:80',
    useTls: false,
    tlsServerName: '',
    tlsSkipVerify: false,
    intervalMs: 90_000,
    timeoutMs: 0,
    successBeforePassing: 0,
    failuresBeforeWarning: 0,
    failuresBeforeCritical: 0,
    outputMaxBytes: 0,
    deregisterAfterMs: 0,
  },
});

const ids = fc.constantFrom('a', 'b', 'c');
const serviceIds = fc.constantFrom('', 'a', 'b');

const entries: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.record({
    op: fc.constant('service.put' as const),
    service: fc.tuple(ids, fc.array(ids, { maxLength: 2 })).map(([id, tags]) => definition(id, tags)),
    checks: fc.constant([]),
    replaceChecks: fc.boolean(),
  }),
  fc.record({ op: fc.constant('service.remove' as const), id: ids }),
  fc.record({
    op: fc.constant('check.put' as const),
    check: fc.tuple(ids, serviceIds).map(([id, serviceId]) => registration(id, serviceId)),
    unsetDuration: fc.constantFrom('' as const, '0s' as const),
  }),
  fc.record({ op: fc.constant('check.remove' as const), id: ids }),
  fc.record({
    op: fc.constant('check.result' as const),
    id: ids,
    status: fc.constantFrom('passing' as const, 'critical' as const),
    output: ids,
  }),
);

const contentOf = (registry: Registry): unknown => ({
  services: new Map([...registry.services].sort()),
  checks: new Map([...registry.checks].sort()),
});

/** As after a restart. */
const restored = (log: Iterable<LogEntry>): Registry => {
  const registry = create();
  for (const entry of log) registry.apply(decodeEntry(encodeEntry(entry)));
  return registry;
};

test('Whatever happened, its log and its snapshot give the same state again', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 40 }), (log) => {
      const registry = create();
      for (const entry of log) registry.apply(entry);
      expect(contentOf(restored(log))).toEqual(contentOf(registry));
      expect(contentOf(restored(registry.snapshot()))).toEqual(contentOf(registry));
    }),
  );
});

test('Whatever happened, each check belongs to the node or to a service that is there, and shows its name and tags', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 40 }), (log) => {
      const registry = restored(log);
      for (const check of registry.checks.values()) {
        const service = registry.services.get(check.serviceId);
        expect(check.serviceId === '' || service !== undefined).toBe(true);
        expect([check.serviceName, check.serviceTags]).toEqual([service?.name ?? '', service?.tags ?? []]);
        expect(registry.checkIdsOf(check.serviceId)).toContain(check.id);
      }
    }),
  );
});

test('Interval and time-out show as Go shows them, and unset ones as their endpoint has it', () => {
  const registry = create();
  registry.apply({ op: 'service.put', service: definition('a'), checks: [registration('c1', 'a')], replaceChecks: false });
  registry.apply({ op: 'check.put', check: registration('c2', ''), unsetDuration: '0s' });
  expect(registry.checks.get('c1')).toMatchObject({ type: 'tcp', interval: '1m30s', timeout: '' });
  expect(registry.checks.get('c2')).toMatchObject({ type: 'tcp', interval: '1m30s', timeout: '0s' });
});

test('A check that moves to another service leaves the old one', () => {
  const registry = create();
  for (const id of ['a', 'b']) registry.apply({ op: 'service.put', service: definition(id), checks: [], replaceChecks: false });
  registry.apply({ op: 'check.put', check: registration('c', 'a'), unsetDuration: '' });
  registry.apply({ op: 'check.put', check: registration('c', 'b'), unsetDuration: '' });
  registry.apply({ op: 'service.remove', id: 'a' });
  expect(registry.checks.get('c')?.serviceId).toBe('b');
});

test('Bytes that are no entry are refused as unreadable', () => {
  expect(() => decodeEntry(Buffer.from('{'))).toThrow(expect.objectContaining({ code: 'STORE_UNREADABLE' }));
});
