/** One record of each table with every member set, one with as little as a table allows, and the oddities that formats get wrong. */

import type { KvEntry } from '../../src/model/kv.ts';
import { checkKey, kvKey, lockDelayKey, nodeKey, plainKey, serviceKey, sessionKey } from '../../src/model/record.ts';
import type { StoredRecord } from '../../src/store/engine.ts';

const indexes = { createIndex: 0, modifyIndex: 0 };
const owner = '5a1d2c6e-0000-4000-8000-000000000001';
const LONG = 'long/'.repeat(1_000);

/** A KV record; indexes 0. */
export function kvRecord(key: string, members: Partial<KvEntry> = {}): StoredRecord {
  const value: KvEntry = { key, value: Buffer.from('value'), flags: 0, session: '', lockIndex: 0, ...indexes, ...members };
  return { table: 'kv', key: kvKey(key), value };
}

const full: readonly StoredRecord[] = [
  {
    table: 'node',
    key: nodeKey('Web-1/a%'),
    value: {
      id: owner,
      name: 'Web-1/a%',
      address: '10.0.0.1',
      taggedAddresses: { lan: '10.0.0.1', wan: '198.51.100.7' },
      meta: { rack: 'ü7', ['__proto__']: 'kept' },
      locality: { region: 'eu', zone: 'a' },
      ...indexes,
    },
  },
  {
    table: 'service',
    key: serviceKey('Web-1/a%', 'web/1'),
    value: {
      id: 'web/1',
      name: 'Web',
      kind: 'connect-proxy',
      tags: ['v1', '', 'v1'],
      address: '10.0.0.2',
      port: 65_535,
      socketPath: '/run/web.sock',
      taggedAddresses: { lan: { address: '10.0.0.2', port: 80 } },
      meta: { version: '1' },
      weights: { passing: 10, warning: 0 },
      enableTagOverride: true,
      proxy: { Config: { big: 18446744073709551616n, $integer: 'text', $$x: null, list: [1.5, -2n, true, [], {}] } },
      connectNative: true,
      locality: { region: '', zone: '' },
      node: 'Web-1/a%',
      owner,
      ...indexes,
    },
  },
  {
    table: 'check',
    key: checkKey('Web-1/a%', 'service:web/1'),
    value: {
      node: 'Web-1/a%',
      id: 'service:web/1',
      name: 'web',
      status: 'warning',
      notes: 'line\nline',
      output: 'ü\u0000\u2028"\\',
      serviceId: 'web/1',
      serviceName: 'Web',
      serviceTags: ['v1'],
      type: 'http',
      interval: '10s',
      timeout: '1m0s',
      exposedPort: 1,
      definition: { HTTP: 'http://10.0.0.2/health' },
      owner,
      ...indexes,
    },
  },
  {
    table: 'session',
    key: sessionKey('6b1d2c6e-0000-4000-8000-000000000002'),
    value: {
      id: '6b1d2c6e-0000-4000-8000-000000000002',
      name: 'lock',
      node: 'Web-1/a%',
      lockDelayNs: 15e9,
      behavior: 'delete',
      ttl: '15s',
      ttlMs: 15_000,
      nodeChecks: ['serfHealth'],
      serviceChecks: [{ id: 'service:web/1', namespace: '' }],
      checks: [],
      ...indexes,
    },
  },
  { table: 'lockdelay', key: lockDelayKey('a/b'), value: { key: 'a/b', delayMs: 0.25, ...indexes } },
  {
    table: 'query',
    key: plainKey('query', '7b1d2c6e-0000-4000-8000-000000000003'),
    value: {
      id: '7b1d2c6e-0000-4000-8000-000000000003',
      name: 'geo-ü/',
      session: '6b1d2c6e-0000-4000-8000-000000000002',
      token: 'secret',
      template: { type: 'name_prefix_match', regexp: '^geo-(.*)$', removeEmptyTags: true },
      service: {
        service: '${match(1)}',
        samenessGroup: 'g',
        failover: { nearestN: 3, datacenters: ['dc2', ''], targets: [{ peer: 'p', datacenter: 'dc3' }] },
        onlyPassing: true,
        ignoreCheckIds: ['disk'],
        near: '_agent',
        tags: ['v1', '!old', ''],
        nodeMeta: { rack: '7', ['__proto__']: 'kept' },
        serviceMeta: {},
        connect: true,
        peer: 'p',
      },
      dnsTtl: '10s',
      ...indexes,
    },
  },
  kvRecord('a/b', { flags: 2n ** 64n - 1n, session: '6b1d2c6e-0000-4000-8000-000000000002', lockIndex: 3 }),
  {
    table: 'event',
    key: plainKey('event', '7c1d2c6e-0000-4000-8000-000000000003'),
    value: {
      id: '7c1d2c6e-0000-4000-8000-000000000003',
      name: 'deploy/ü',
      payload: Uint8Array.from([0, 255, 10]),
      nodeFilter: '^web',
      serviceFilter: '.*',
      tagFilter: 'v[12]',
      lTime: 257,
      ...indexes,
    },
  },
  {
    table: 'coordinate',
    key: plainKey('coordinate', 'web-1/a%'),
    value: {
      node: 'Web-1/a%',
      segment: 'alpha',
      vec: [0.25, -1e-9, 0, 1e21, 5e-324, 1, 2, 3],
      error: 1.5,
      adjustment: -0.001,
      height: 1e-5,
      ...indexes,
    },
  },
  {
    table: 'config',
    key: plainKey('config', 'service-defaults/a/b'),
    value: {
      kind: 'service-defaults',
      name: 'a/b',
      content: { Protocol: 'http', Config: { big: 18446744073709551616n, $integer: 'text', ['__proto__']: [] } },
      ...indexes,
    },
  },
  {
    table: 'setting',
    key: plainKey('setting', 'autopilot'),
    value: { name: 'autopilot', value: { MaxTrailingLogs: 2n ** 63n }, ...indexes },
  },
  {
    table: 'agent',
    key: plainKey('agent', 'web-1/a%'),
    value: {
      node: 'Web-1/a%',
      nodeId: '8d1d2c6e-0000-4000-8000-000000000004',
      boot: Number.MAX_SAFE_INTEGER,
      runId: '9e1d2c6e-0000-4000-8000-000000000005',
      ...indexes,
    },
  },
  {
    table: 'tombstone',
    key: plainKey('tombstone', 'web-1%2Fa%25/service/a/b%'),
    value: { node: 'Web-1/a%', kind: 'service', id: 'a/b%', owner: '8d1d2c6e-0000-4000-8000-000000000004', ...indexes },
  },
];

const sparse: readonly StoredRecord[] = [
  {
    table: 'node',
    key: nodeKey('n2'),
    value: { id: '', name: 'n2', address: '', taggedAddresses: undefined, meta: undefined, locality: undefined, ...indexes },
  },
  {
    table: 'session',
    key: sessionKey('s2'),
    value: {
      id: 's2',
      name: '',
      node: 'n2',
      lockDelayNs: 0,
      behavior: 'release',
      ttl: '',
      ttlMs: 0,
      nodeChecks: undefined,
      serviceChecks: undefined,
      checks: undefined,
      ...indexes,
    },
  },
  {
    table: 'query',
    key: plainKey('query', 'q2'),
    value: {
      id: 'q2',
      name: '',
      session: '',
      token: '',
      template: undefined,
      service: {
        service: '',
        samenessGroup: '',
        failover: { nearestN: 0, datacenters: undefined, targets: undefined },
        onlyPassing: false,
        ignoreCheckIds: undefined,
        near: '',
        tags: undefined,
        nodeMeta: undefined,
        serviceMeta: undefined,
        connect: false,
        peer: '',
      },
      dnsTtl: '',
      ...indexes,
    },
  },
  {
    table: 'event',
    key: plainKey('event', 'e2'),
    value: { id: 'e2', name: '', payload: undefined, nodeFilter: '', serviceFilter: '', tagFilter: '', lTime: 1, ...indexes },
  },
  {
    table: 'coordinate',
    key: plainKey('coordinate', 'n2'),
    value: { node: 'n2', segment: '', vec: [], error: 0, adjustment: 0, height: 0, ...indexes },
  },
  { table: 'config', key: plainKey('config', 'mesh/mesh'), value: { kind: 'mesh', name: 'mesh', content: {}, ...indexes } },
  { table: 'setting', key: plainKey('setting', 's'), value: { name: 's', value: {}, ...indexes } },
  { table: 'agent', key: plainKey('agent', 'n2'), value: { node: 'n2', nodeId: '', boot: 0, runId: '', ...indexes } },
  {
    table: 'tombstone',
    key: plainKey('tombstone', 'n2/check/'),
    value: { node: 'n2', kind: 'check', id: '', owner: '', ...indexes },
  },
  kvRecord('empty', { value: new Uint8Array(), flags: Number.MAX_SAFE_INTEGER }),
  kvRecord('bytes', { value: Uint8Array.from({ length: 256 }, (_, byte) => byte), flags: 2 ** 53 - 2 }),
  kvRecord('large', { value: Buffer.alloc(512 * 1024, 'x'), flags: 2n ** 53n }),
  kvRecord('odd \u0001 \n key/ü/'),
  kvRecord(LONG),
  kvRecord(`${LONG}2`),
];

/** All of them; indexes 0, keys different. */
export const sampleRecords: readonly StoredRecord[] = [...full, ...sparse];

/** A record as it is after a commit at `index`. */
export function at<R extends StoredRecord>(record: R, createIndex: number, modifyIndex: number = createIndex): R {
  return { ...record, value: { ...record.value, createIndex, modifyIndex } };
}

/** In the order of their keys, and with bytes as base64, so that a test compares their content only, and fast. */
export function sorted(records: Iterable<StoredRecord>): readonly unknown[] {
  return [...records].sort((a, b) => (a.key < b.key ? -1 : 1)).map(withTextualBytes);
}

function withTextualBytes(record: StoredRecord): unknown {
  const textual = Object.entries(record.value).map(([name, value]): [string, unknown] => [name, textOf(value)]);
  return { ...record, value: Object.fromEntries(textual) };
}

const textOf = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);
