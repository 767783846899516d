import { beforeEach, expect, test } from 'vitest';
import { register } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';
import { type Coordinate, ORIGIN } from '../../model/coordinate.ts';

let world: World;

beforeEach(() => {
  world = new World();
  world.run(register('Web'));
});

const update = (node: string, height: number = 1): true =>
  world.run({ kind: 'coordinate.update', coordinate: { node, segment: '', ...ORIGIN, height } });

const all = (): Coordinate[] => [...world.state.tables.coordinate.all()];

test('A coordinate is kept under the name of its node, whatever its case, and replaced by the next one', () => {
  update('web');
  update('WEB', 2);
  expect(all()).toMatchObject([{ node: 'Web', height: 2, createIndex: 3, modifyIndex: 4 }]);
});

test('The same coordinate moves no index', () => {
  update('Web');
  update('Web');
  expect(world.changes).toEqual([]);
});

test('An unknown node is passed over', () => {
  expect([update('none'), update(''), world.changes, all()]).toEqual([true, true, [], []]);
});

test('The coordinate goes with its node, and with its name', () => {
  update('Web');
  world.run({ kind: 'catalog.deregister', node: 'web', serviceId: '', checkId: '' });
  expect(all()).toEqual([]);
  const named = { id: 'aaaa1111', name: 'old', address: '10.0.0.1', taggedAddresses: undefined, meta: undefined, locality: undefined };
  world.run(register(named));
  update('old');
  world.run(register({ ...named, name: 'new' }));
  expect(all()).toEqual([]);
});
