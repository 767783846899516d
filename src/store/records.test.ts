import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRecords, sorted } from '../../test/conformance/sample-records.ts';
import type { Service } from '../model/service.ts';
import type { Json } from '../model/values.ts';
import type { StoredRecord } from './engine.ts';
import { json } from './kinds.ts';
import { assertRecord, pack, RecordReader, recordToJson } from './records.ts';
import { keyOf, SHAPES } from './shapes.ts';

const service = sampleRecords.find(({ table }) => table === 'service')?.value as Service;

test('records survive being packed', () => {
  const reader = new RecordReader();
  const back = sampleRecords.map(
    ({ table, key, value }) => ({ table, key, value: reader.unpack(table, pack(table, value)) }) as StoredRecord,
  );
  expect(sorted(back)).toEqual(sorted(sampleRecords));
});

test('records survive JSON', () => {
  const reader = new RecordReader();
  const back = sampleRecords.map(({ table, key, value }) => {
    const text = JSON.stringify(recordToJson(table, value));
    return { table, key, value: reader.fromJson(table, JSON.parse(text)) } as StoredRecord;
  });
  expect(sorted(back)).toEqual(sorted(sampleRecords));
});

test('the key of a record follows from the record', () => {
  for (const { table, key, value } of sampleRecords) expect(keyOf(table, value)).toBe(key);
});

test('the order of members is the packed format: it only ever grows at the end', () => {
  expect(Object.fromEntries(Object.entries(SHAPES).map(([table, shape]) => [table, Object.keys(shape).join(' ')]))).toEqual({
    node: 'id name address taggedAddresses meta locality createIndex modifyIndex',
    service:
      'id name kind tags address port socketPath taggedAddresses meta weights enableTagOverride proxy connectNative locality node owner createIndex modifyIndex',
    check:
      'node id name status notes output serviceId serviceName serviceTags type interval timeout exposedPort definition owner createIndex modifyIndex',
    kv: 'key value flags session lockIndex createIndex modifyIndex',
    session: 'id name node lockDelayNs behavior ttl ttlMs nodeChecks serviceChecks checks createIndex modifyIndex',
    lockdelay: 'key delayMs createIndex modifyIndex',
    query: 'id name session token template service dnsTtl createIndex modifyIndex',
    event: 'id name payload nodeFilter serviceFilter tagFilter lTime createIndex modifyIndex',
    coordinate: 'node segment vec error adjustment height createIndex modifyIndex',
    config: 'kind name content createIndex modifyIndex',
    setting: 'name value createIndex modifyIndex',
    agent: 'node nodeId boot runId createIndex modifyIndex',
    tombstone: 'node kind id owner createIndex modifyIndex',
  });
});

test.each([
  ['a port that is a text', { port: '80' }, 'port'],
  ['a port that is no number', { port: Number.NaN }, 'port'],
  ['tags that are not all texts', { tags: ['a', 1] }, 'tags'],
  ['absent tags', { tags: undefined }, 'tags'],
  ['weights without a member', { weights: { passing: 1 } }, 'weights'],
  ['meta with a number', { meta: { a: 1 } }, 'meta'],
  ['an address without a port', { taggedAddresses: { lan: { address: '' } } }, 'taggedAddresses'],
  ['a function in the proxy', { proxy: { a: [() => {}] } }, 'proxy'],
  ['a fraction for an index', { modifyIndex: 1.5 }, 'modifyIndex'],
  ['null for an absent locality', { locality: null }, 'locality'],
])('%s may not be stored', (_name, members, name) => {
  expect(() => assertRecord('service', { ...service, ...members } as Service)).toThrow(
    `a service cannot be stored: its ${name} is not valid`,
  );
  expect(() => assertRecord('service', service)).not.toThrow();
});

test.each([
  ['a text', { name: 'a\ud800' }, 'name'],
  ['a text in a list', { tags: ['a', '\udc00'] }, 'tags'],
  ['a key of a map', { meta: { '\ud800': 'x' } }, 'meta'],
  ['a text deep in JSON', { proxy: { a: [{ b: '\udfff\ud800' }] } }, 'proxy'],
])('%s with a lone surrogate may not be stored, as it would come back as another text', (_name, members, name) => {
  const error = { code: 'KONSUL_INVARIANT', message: `a service cannot be stored: its ${name} is not well formed` };
  expect(() => assertRecord('service', { ...service, ...members } as Service)).toThrow(expect.objectContaining(error));
  expect(() => assertRecord('service', { ...service, name: '😀' })).not.toThrow();
});

test('a lone surrogate that an earlier version packed is read as U+FFFD', () => {
  const packed = pack('service', { ...service, meta: { '\ud800': '😀\udc00 \\ud800' } });
  expect(new RecordReader().unpack('service', packed).meta).toEqual({ '\ufffd': '😀\ufffd \\ud800' });
});

test.each([
  ['too short a list', ['id', 'name'], 'the kind of a service is missing'],
  ['another type', pack('service', { ...service, port: '80' as unknown as number }), 'the port of a service is missing'],
  ['text that is not JSON', pack('service', service).map((member) => (member === '{"version":"1"}' ? '{' : member)), 'JSON'],
])('%s cannot be unpacked', (_name, packed, reason) => {
  expect(() => new RecordReader().unpack('service', packed)).toThrow(reason);
});

test('one copy is kept of lists without texts', () => {
  const reader = new RecordReader();
  const packed = pack('service', { ...service, tags: [] });
  expect(reader.unpack('service', packed).tags).toBe(reader.unpack('service', packed).tags);
});

const anyJson = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.bigInt(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$integer', '$$', '$', '__proto__')), tie('value')),
  ),
})).value;

test('any JSON survives, integers of any length and keys of any look included', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(json.is(value)).toBe(true);
      expect(json.fromJson(JSON.parse(JSON.stringify(json.toJson(value))))).toEqual(value);
    }),
  );
});
