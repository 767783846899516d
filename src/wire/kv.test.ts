import { expect, test } from 'vitest';
import type { KvEntry } from '../model/kv.ts';
import type { Session } from '../model/session.ts';
import { kvEntryJson, sessionJson } from './kv.ts';

const ENTRY: KvEntry = {
  key: 'app/limit',
  value: Buffer.from('42'),
  flags: 0,
  session: '',
  lockIndex: 0,
  createIndex: 90,
  modifyIndex: 97,
};

test.each<[string, KvEntry, boolean | undefined, string]>([
  ['of the spec', ENTRY, undefined, '{"LockIndex":0,"Key":"app/limit","Flags":0,"Value":"NDI=","CreateIndex":90,"ModifyIndex":97}'],
  ['without its value', ENTRY, false, '{"LockIndex":0,"Key":"app/limit","Flags":0,"Value":null,"CreateIndex":90,"ModifyIndex":97}'],
  [
    'with an empty value',
    { ...ENTRY, value: new Uint8Array() },
    true,
    '{"LockIndex":0,"Key":"app/limit","Flags":0,"Value":null,"CreateIndex":90,"ModifyIndex":97}',
  ],
  [
    'with large flags and a lock',
    { ...ENTRY, key: 'a"<', flags: 2n ** 64n - 1n, session: '0c9d', lockIndex: 1 },
    true,
    '{"LockIndex":1,"Key":"a\\"\\u003c","Flags":18446744073709551615,"Value":"NDI=","Session":"0c9d","CreateIndex":90,"ModifyIndex":97}',
  ],
  [
    'whose value is a part of a larger buffer',
    { ...ENTRY, value: Buffer.from('xx42yy').subarray(2, 4) },
    true,
    '{"LockIndex":0,"Key":"app/limit","Flags":0,"Value":"NDI=","CreateIndex":90,"ModifyIndex":97}',
  ],
])('The entry %s', (_what, entry, withValue, json) => {
  expect(kvEntryJson(entry, withValue)).toBe(json);
});

const SESSION: Session = {
  id: '0c9d',
  name: 'job',
  node: 'edge-3',
  lockDelayNs: 5e9,
  behavior: 'delete',
  ttl: '15s',
  ttlMs: 15_000,
  nodeChecks: ['serfHealth'],
  serviceChecks: undefined,
  checks: undefined,
  createIndex: 139,
  modifyIndex: 139,
};

test('A session is the example of the spec', () => {
  expect(sessionJson(SESSION)).toBe(
    '{"ID":"0c9d","Name":"job","Node":"edge-3","LockDelay":5000000000,"Behavior":"delete","TTL":"15s","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":139,"ModifyIndex":139}',
  );
});

test('A session shows the checks that it names, in either spelling', () => {
  const json = sessionJson({ ...SESSION, nodeChecks: undefined, serviceChecks: [{ id: 'service:"web"', namespace: '' }], checks: ['c'] });
  expect(json).toContain('"NodeChecks":null,"ServiceChecks":[{"ID":"service:\\"web\\"","Namespace":""}],"Checks":["c"],"CreateIndex"');
});
