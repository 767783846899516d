import { beforeEach, expect, test } from 'vitest';
import { checkRecord, nodeRecord, serviceRecord } from '../../test/fixtures/records.ts';
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { Catalog } from './catalog.ts';
import { serviceNameIndex } from './instances.ts';

let catalog: Catalog;
let index: number;

beforeEach(() => {
  catalog = new Catalog();
  catalog.reset(1);
  index = 1;
});

/** Each write is a commit of its own; gives its index. */
function write(...records: readonly (Node | Service | Check)[]): number {
  index += 1;
  for (const record of records) {
    if ('status' in record) catalog.applyCheck(record.node.toLowerCase(), record.id, record, index);
    else if ('node' in record) catalog.applyService(record.node.toLowerCase(), record.id, record, index);
    else catalog.applyNode(record.name.toLowerCase(), record, index);
  }
  return index;
}

function remove(table: 'node' | 'service' | 'check', node: string, id: string = ''): number {
  index += 1;
  if (table === 'node') catalog.applyNode(node, undefined, index);
  if (table === 'service') catalog.applyService(node, id, undefined, index);
  if (table === 'check') catalog.applyCheck(node, id, undefined, index);
  return index;
}

const health = (name: string): number => serviceNameIndex(catalog, name, true);
const nodes = (name: string): number => serviceNameIndex(catalog, name, false);

test('Nodes, and with them services, move the index of nodes; checks do not', () => {
  write(nodeRecord('n'));
  expect([catalog.nodesIndex, catalog.services.index, catalog.checksIndex]).toEqual([2, 1, 1]);
  write(serviceRecord('n', 'web'));
  expect([catalog.nodesIndex, catalog.services.index, catalog.checksIndex]).toEqual([3, 3, 1]);
  write(checkRecord('n', 'alive'));
  expect([catalog.nodesIndex, catalog.services.index, catalog.checksIndex]).toEqual([3, 3, 4]);
});

test('A node has an index of its own, for itself and its services', () => {
  write(nodeRecord('a'), nodeRecord('b'));
  const changed = write(serviceRecord('a', 'web'));
  write(checkRecord('a', 'alive'));
  expect([catalog.entry('a')?.index, catalog.entry('b')?.index]).toEqual([changed, 2]);
  expect(remove('service', 'a', 'web')).toBe(catalog.entry('a')?.index);
});

test('Node names are one in any case, as they are first folded and then shown', () => {
  write(nodeRecord('Web-1'));
  write(serviceRecord('WEB-1', 'a'));
  expect(catalog.node('web-1')?.name).toBe('Web-1');
  expect([...(catalog.entry('wEB-1')?.services ?? [])].map(({ id }) => id)).toEqual(['a']);
});

test('What was removed with its node leaves nothing behind', () => {
  write(nodeRecord('n'), serviceRecord('n', 'web'), checkRecord('n', 'c'));
  remove('check', 'n', 'c');
  remove('service', 'n', 'web');
  const gone = remove('node', 'n');
  expect([catalog.entry('n'), catalog.entries(), catalog.nodeRemovalIndex]).toEqual([undefined, [], gone]);
});

test('Removing what is not there moves no index and leaves no entry', () => {
  for (const table of ['node', 'service', 'check'] as const) remove(table, 'none', 'x');
  expect(catalog.entries()).toEqual([]);
  expect([catalog.nodesIndex, catalog.checksIndex, catalog.services.index, catalog.nodeRemovalIndex]).toEqual([1, 1, 1, 1]);
});

test('A check or a service may come before its node, as when a store is loaded', () => {
  write(checkRecord('n', 'c'), serviceRecord('n', 's'));
  expect([catalog.node('n'), catalog.entry('n')?.checks.size]).toEqual([undefined, 1]);
  write(nodeRecord('n'));
  expect([catalog.node('n')?.name, catalog.entry('n')?.services.size]).toEqual(['n', 1]);
});

test('A node is found by its id until it has another one, and the loss of an id counts as a removal', () => {
  write(nodeRecord('n', { id: 'aaaa1' }));
  expect(catalog.nodeById('aaaa1')?.name).toBe('n');
  const changed = write(nodeRecord('n', { id: 'bbbb1' }));
  expect([catalog.nodeById('aaaa1'), catalog.nodeById('bbbb1')?.name, catalog.nodeRemovalIndex]).toEqual([undefined, 'n', changed]);
  remove('node', 'n');
  expect(catalog.nodeById('bbbb1')).toBeUndefined();
});

test('An id stays with its new name, if the removal of the old one comes later in the commit', () => {
  write(nodeRecord('old', { id: 'aaaa1' }));
  write(nodeRecord('new', { id: 'aaaa1' }));
  remove('node', 'old');
  expect(catalog.nodeById('aaaa1')?.name).toBe('new');
});

test.each<[string, readonly string[]]>([
  ['ab', ['a', 'b']],
  ['AB1', ['a']],
  ['ab2', ['b']],
  ['a', []],
  ['xyz', []],
  ['ff', []],
])('The start %s of an id finds %j', (prefix, names) => {
  write(nodeRecord('a', { id: 'ab1-' }), nodeRecord('b', { id: 'ab2-' }), nodeRecord('c', { id: '' }));
  expect(catalog.nodesByIdPrefix(prefix).map(({ name }) => name)).toEqual(names);
});

test('A service name moves with its instances, with their checks, and with node checks and nodes below them', () => {
  write(nodeRecord('a'), nodeRecord('b'));
  write(serviceRecord('a', 'web'), serviceRecord('b', 'other'));
  const moves = [
    write(serviceRecord('a', 'web', { port: 81 })),
    write(checkRecord('a', 'c', { serviceId: 'web', serviceName: 'web' })),
    write(checkRecord('a', 'node-check')),
    write(nodeRecord('a', { address: '10.0.0.9' })),
    remove('check', 'a', 'c'),
    remove('check', 'a', 'node-check'),
  ];
  expect(moves).toEqual([4, 5, 6, 7, 8, 9]);
  expect([health('web'), nodes('web'), health('other')]).toEqual([9, 9, 3]);
});

test('A service name sleeps through changes of others', () => {
  write(nodeRecord('a'), nodeRecord('b'), serviceRecord('a', 'web'));
  write(serviceRecord('b', 'other'));
  write(checkRecord('b', 'c', { serviceId: 'other' }));
  write(checkRecord('b', 'node-check'));
  expect([health('web'), nodes('web')]).toEqual([2, 2]);
});

test('A check that moves to another service moves both names', () => {
  write(nodeRecord('n'), serviceRecord('n', 'a'), serviceRecord('n', 'b'), checkRecord('n', 'c', { serviceId: 'a' }));
  const moved = write(checkRecord('n', 'c', { serviceId: 'b' }));
  expect([health('a'), health('b')]).toEqual([moved, moved]);
});

test('While an instance remains, a removal moves the name; the last one moves the index of all names without instances', () => {
  write(nodeRecord('n'), serviceRecord('n', 'w1', { name: 'web' }), serviceRecord('n', 'w2', { name: 'web' }));
  const first = remove('service', 'n', 'w1');
  expect([health('web'), catalog.services.extinctionIndex]).toEqual([first, 0]);
  const last = remove('service', 'n', 'w2');
  write(nodeRecord('m'));
  expect([health('web'), nodes('web'), health('never')]).toEqual([last, last, last]);
});

test('Before any name was lost, an unknown one has the highest index of its tables', () => {
  write(nodeRecord('n'));
  write(checkRecord('n', 'c'));
  expect([health('never'), nodes('never')]).toEqual([3, 2]);
});

test('An instance that is renamed leaves its old name and joins the new one', () => {
  write(nodeRecord('n'), serviceRecord('n', 'x', { name: 'old' }));
  const renamed = write(serviceRecord('n', 'x', { name: 'new' }));
  expect([catalog.services.group('old'), health('old'), health('new')]).toEqual([undefined, renamed, renamed]);
  expect(catalog.services.extinctionIndex).toBe(renamed);
});

test('After a reset everything is gone and every index is the floor', () => {
  write(nodeRecord('n', { id: 'ab' }), serviceRecord('n', 'web'), checkRecord('n', 'c'));
  catalog.reset(40);
  expect([catalog.entries(), catalog.nodeById('ab'), catalog.services.group('web')]).toEqual([[], undefined, undefined]);
  expect([catalog.nodesIndex, catalog.checksIndex, catalog.nodeRemovalIndex, health('web'), nodes('web')]).toEqual([40, 40, 40, 40, 40]);
});
