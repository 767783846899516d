import { expect, test } from 'vitest';
import { canonicalCheck, canonicalService, contentHash } from './canonical.ts';
import type { Check } from './check.ts';
import type { Service } from './service.ts';

const SERVICE: Service = {
  id: 'web-1',
  name: 'web',
  kind: '',
  tags: ['a'],
  address: '',
  port: 80,
  socketPath: '',
  taggedAddresses: undefined,
  meta: undefined,
  weights: { passing: 1, warning: 1 },
  enableTagOverride: false,
  proxy: undefined,
  connectNative: false,
  locality: undefined,
  node: 'n',
  owner: 'o',
  createIndex: 1,
  modifyIndex: 2,
};

const CHECK: Check = {
  node: 'n',
  id: 'c',
  name: 'alive',
  status: 'passing',
  notes: '',
  output: 'fine',
  serviceId: 'web-1',
  serviceName: 'web',
  serviceTags: ['a'],
  type: 'ttl',
  interval: '',
  timeout: '',
  exposedPort: 0,
  definition: undefined,
  owner: 'o',
  createIndex: 1,
  modifyIndex: 2,
};

test.each<[string, Partial<Service>]>([
  ['other indexes', { createIndex: 9, modifyIndex: 9 }],
  ['another owner', { owner: '' }],
  ['another node', { node: 'm' }],
  ['empty maps for missing ones', { meta: {}, taggedAddresses: {} }],
])('A service with %s is the same registration', (_, change) => {
  expect(canonicalService({ ...SERVICE, ...change })).toEqual(canonicalService(SERVICE));
  expect(contentHash({ ...SERVICE, ...change })).toBe(contentHash(SERVICE));
});

test.each<[string, Partial<Service>]>([
  ['port', { port: 81 }],
  ['tags', { tags: ['b'] }],
  ['order of tags', { tags: ['a', 'b'] }],
  ['meta', { meta: { a: '1' } }],
  ['weights', { weights: { passing: 2, warning: 1 } }],
  ['proxy', { proxy: { big: 2n ** 60n } }],
  ['locality', { locality: { region: 'r', zone: '' } }],
])('A service with other %s is another registration', (_, change) => {
  expect(canonicalService({ ...SERVICE, ...change })).not.toEqual(canonicalService(SERVICE));
  expect(contentHash({ ...SERVICE, ...change })).not.toBe(contentHash(SERVICE));
});

test('Under EnableTagOverride other tags are the same registration, but another content hash', () => {
  const overridden = { ...SERVICE, enableTagOverride: true };
  expect(canonicalService({ ...overridden, tags: ['b'] })).toEqual(canonicalService(overridden));
  expect(contentHash({ ...overridden, tags: ['b'] })).not.toBe(contentHash(overridden));
});

test('The order of keys does not matter', () => {
  expect(contentHash({ ...SERVICE, meta: { a: '1', b: '2' } })).toBe(contentHash({ ...SERVICE, meta: { b: '2', a: '1' } }));
});

test('A content hash is 16 hex digits', () => {
  expect(contentHash(SERVICE)).toMatch(/^[0-9a-f]{16}$/);
});

test('Output and the tags of the service are no part of a registered check; its status is', () => {
  const held: Check = { ...CHECK, output: 'x', serviceTags: [], owner: '' };
  expect(canonicalCheck(held)).toEqual(canonicalCheck(CHECK));
  expect(canonicalCheck({ ...CHECK, status: 'critical' })).not.toEqual(canonicalCheck(CHECK));
  expect(canonicalCheck({ ...CHECK, notes: 'x' })).not.toEqual(canonicalCheck(CHECK));
});
