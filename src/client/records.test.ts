/** The API's JSON, as Konsul writes it, read back; and answers that are none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRecord, kvRecord, nodeRecord, serviceRecord } from '../../test/fixtures/records.ts';
import type { Json } from '../model/values.ts';
import { checkJson, nodeJson, serviceJson } from '../wire/catalog.ts';
import { userEventJson } from '../wire/event.ts';
import { parseJson } from '../wire/json.ts';
import { kvEntryJson } from '../wire/kv.ts';
import { checkOf, kvEntryOf, listOf, nodeOf, serviceOf, userEventOf } from './records.ts';

const indexes = { createIndex: 3, modifyIndex: 9 };
const locality = { region: 'eu', zone: 'a' };

test('records that are written as JSON come back as they were', () => {
  const node = nodeRecord('n', { id: 'u', taggedAddresses: { lan: 'a' }, meta: { k: 'v' }, locality, ...indexes });
  expect(nodeOf(parseJson(nodeJson(node, 'dc1')))).toEqual(node);
  const service = serviceRecord('n', 's', {
    ...{ kind: 'connect-proxy', tags: ['t'], address: 'a', socketPath: '/s', meta: { k: 'v' }, weights: { passing: 2, warning: 0 } },
    ...{ enableTagOverride: true, locality, ...indexes },
  });
  expect(serviceOf(parseJson(serviceJson(service)), 'n')).toEqual({ ...service, owner: '' });
  const check = checkRecord('n', 'c', {
    ...{ status: 'warning', serviceId: 's', serviceName: 'S', serviceTags: ['t'], type: 'ttl' },
    ...indexes,
  });
  expect(checkOf(parseJson(checkJson(check)))).toEqual({ ...check, owner: '' });
  const entry = kvRecord('k', 'v\0', { flags: 2n ** 63n, session: 'u', lockIndex: 2, ...indexes });
  expect(kvEntryOf(parseJson(kvEntryJson(entry)))).toEqual({ ...entry, value: Buffer.from('v\0') });
  const event = { id: 'e', name: 'n', payload: Buffer.from('p'), nodeFilter: 'a', serviceFilter: 'b', tagFilter: 'c', lTime: 7 };
  expect(userEventOf(parseJson(userEventJson(event)))).toEqual({ ...event, createIndex: 0, modifyIndex: 0 });
});

test('what old agents leave out, and nulls of Go, are read as nothing', () => {
  expect(nodeOf({ Node: 'n' })).toMatchObject({ name: 'n', address: '', taggedAddresses: undefined, meta: undefined });
  expect(serviceOf({ Service: 's', Tags: null, Weights: null }, 'n')).toMatchObject({
    tags: [],
    weights: { passing: 1, warning: 1 },
    port: 0,
  });
  expect(kvEntryOf({ Key: 'k', Value: null })).toMatchObject({ flags: 0, session: '' });
  expect(listOf(null, 'x', String)).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['a text for a list', () => listOf('x', 'kv', kvEntryOf)],
  ['a list for an object', () => nodeOf([])],
  ['a number for a text', () => nodeOf({ Node: 1 })],
  ['a text for a number', () => kvEntryOf({ Key: 'k', Flags: 'x' })],
  ['a status that is none', () => checkOf({ Status: 'fine' })],
  ['metadata that is no text', () => nodeOf({ Node: 'n', Meta: { a: {} } })],
])('%s is no answer of an agent', (_name, read) => {
  expect(read).toThrow(
    expect.objectContaining({ code: 'UNREACHABLE', message: expect.stringMatching(/^the answer is none of an agent: /) }),
  );
});

test('whatever an answer holds, it is read or refused, and never more than that', () => {
  const readers = [nodeOf, (json: Json) => serviceOf(json, 'n'), checkOf, kvEntryOf, userEventOf];
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(readers.length - 1), (json, at) => {
      try {
        readers[at]?.(json as Json);
      } catch (error) {
        expect(error).toMatchObject({ code: 'UNREACHABLE' });
      }
    }),
  );
});
