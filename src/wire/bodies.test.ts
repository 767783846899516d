/** How bodies of nodes, services, checks and operations become the model's definitions. */
import { expect, test } from 'vitest';
import type { Json } from '../model/values.ts';
import { type CheckBody, checkBody, checkFrom } from './check-body.ts';
import { decodeBody } from './decode.ts';
import { localityFrom } from './locality-body.ts';
import { nodeFrom, nodeProblem } from './node-body.ts';
import { serviceBody, serviceFrom } from './service-body.ts';
import { isReadOperation, operationFrom, txnBody } from './txn-body.ts';

const service = (given: unknown) => serviceFrom(decodeBody(serviceBody, Buffer.from(JSON.stringify(given))));
const check = (given: unknown) => checkFrom(decodeBody(checkBody, Buffer.from(JSON.stringify(given))) as CheckBody);

test('A node is kept as given, its id in lower case', () => {
  const id = '7E1C0000-0000-0000-0000-000000000000';
  expect(nodeFrom({ ID: id, Node: 'N', Address: 'a', Meta: { a: '1' }, Locality: { Zone: 'z' } })).toEqual({
    id: id.toLowerCase(),
    name: 'N',
    address: 'a',
    taggedAddresses: undefined,
    meta: { a: '1' },
    locality: { region: '', zone: 'z' },
  });
  expect([nodeProblem('n', id), nodeProblem('n', ''), nodeProblem('', id)]).toEqual([undefined, undefined, 'Must provide node']);
  expect(localityFrom(undefined)).toBeUndefined();
});

test.each<[unknown, Json | undefined]>([
  [undefined, undefined],
  [{}, undefined],
  [null, undefined],
  [{ Mode: '', MeshGateway: {}, Expose: {} }, undefined],
  [{ Mode: '', Expose: { Checks: false, Paths: [] } }, undefined],
  [{ Mode: 'direct' }, { Mode: 'direct' }],
  [
    { LocalServicePort: 0, Upstreams: [{ DestinationName: 'db' }] },
    { LocalServicePort: 0, Upstreams: [{ DestinationName: 'db' }] },
  ],
])('The proxy %j is kept only if it says something', (given, kept) => {
  expect(service({ Service: 's', Proxy: given }).proxy).toEqual(kept);
});

test.each([
  [undefined, { passing: 1, warning: 1 }],
  [{}, { passing: 1, warning: 1 }],
  [{ Passing: 10 }, { passing: 10, warning: 0 }],
  [
    { Passing: 2, Warning: 3 },
    { passing: 2, warning: 3 },
  ],
  [
    { Passing: 0, Warning: 3 },
    { passing: 1, warning: 1 },
  ],
  [
    { Passing: 65_536, Warning: 1 },
    { passing: 1, warning: 1 },
  ],
  [
    { Passing: 1, Warning: -1 },
    { passing: 1, warning: 1 },
  ],
])('The weights %j are %j', (Weights, weights) => {
  expect(service({ Service: 's', ...(Weights && { Weights }) }).weights).toEqual(weights);
});

test('A service has its name for an id, and addresses with what is missing filled in', () => {
  expect(service({ Service: 's', TaggedAddresses: { lan: { Address: 'a' } }, Connect: { Native: true, Unknown: 1 } })).toMatchObject({
    id: 's',
    tags: [],
    port: 0,
    meta: undefined,
    taggedAddresses: { lan: { address: 'a', port: 0 } },
    connectNative: true,
  });
  expect(service({ Service: 's', ID: 'x', Tags: null })).toMatchObject({ id: 'x', tags: [] });
});

test.each<[object, Json | undefined, string]>([
  [{}, undefined, ''],
  [{ HTTP: 'http://a', Interval: '10s', Timeout: 2e9 }, { Interval: '10s', Timeout: '2s', HTTP: 'http://a' }, 'http'],
  [{ TCP: 'a:1', IntervalDuration: '90s', TCPUseTLS: false }, { Interval: '1m30s', TCP: 'a:1' }, 'tcp'],
  [{ TTL: '15s' }, { TTL: '15s' }, 'ttl'],
  [{ TTL: 0, Header: {}, ScriptArgs: [], Body: '' }, undefined, ''],
  [{ Header: { A: ['b'] }, DisableRedirects: true }, { Header: { A: ['b'] }, DisableRedirects: true }, ''],
  [{ GRPC: 'a:1' }, { GRPC: 'a:1' }, 'grpc'],
  [{ AliasService: 'web', Unknown: 1 }, { AliasService: 'web' }, 'alias'],
  [{ DeregisterCriticalServiceAfter: '1h' }, { DeregisterCriticalServiceAfter: '1h0m0s' }, ''],
])('The check definition %j shows as %j', (Definition, definition, type) => {
  expect(check({ Name: 'c', Definition })).toMatchObject({ definition, type });
});

test('A check has its name for an id, is critical unless it says so, and its own type wins', () => {
  expect(check({ Name: 'c' })).toEqual({
    id: 'c',
    name: 'c',
    status: 'critical',
    notes: '',
    output: '',
    serviceId: '',
    type: '',
    interval: '',
    timeout: '',
    exposedPort: 0,
    definition: undefined,
  });
  expect(check({ CheckID: 'x', Status: 'passing', Type: 'own', Definition: { TCP: 'a:1' } })).toMatchObject({
    id: 'x',
    status: 'passing',
    type: 'own',
  });
});

const operation = (given: unknown) => {
  const [first] = decodeBody(txnBody, Buffer.from(JSON.stringify([given])));
  return operationFrom(first ?? {});
};

test('An operation is decoded with all its members, exact and with defaults', () => {
  expect(operation({ KV: { Verb: 'cas', Key: 'k', Value: 'eA==', Flags: 7, Index: 9, Session: 's' } })).toEqual({
    on: 'kv',
    verb: 'cas',
    key: 'k',
    value: Buffer.from('x'),
    flags: 7,
    index: 9,
    session: 's',
  });
  expect(operation({ KV: { Verb: 'delete-tree' } })).toMatchObject({ verb: 'delete-tree', key: '' });
  expect(operation({ Service: { Verb: 'delete', Node: 'n', Service: { ID: 's' } } })).toMatchObject({
    on: 'service',
    node: 'n',
    service: { id: 's' },
  });
});

test.each([
  ['get', true],
  ['get-tree', true],
  ['check-not-exists', true],
  ['set', false],
  ['lock', false],
  ['delete', false],
])('The verb %s only reads: %s', (Verb, isRead) => {
  const decoded = operation({ KV: { Verb, Key: 'k' } });
  expect(typeof decoded === 'string' ? decoded : isReadOperation(decoded)).toBe(isRead);
});
