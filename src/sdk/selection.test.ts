import { expect, test } from 'vitest';
import { checkRecord, nodeRecord, serviceRecord } from '../../test/fixtures/records.ts';
import type { ServiceEntry } from '../topics/entries.ts';
import { createView } from '../topics/view.ts';
import { instanceOf } from './instance.ts';
import { instancesOf, serviceKey } from './selection.ts';

const node = nodeRecord('n1', { address: '10.0.0.1', meta: { rack: 'r' }, locality: { region: 'eu', zone: 'a' } });

function entry(id: string, status: 'passing' | 'warning' | 'critical' = 'passing', tags: readonly string[] = []): ServiceEntry {
  const checks = [checkRecord('n1', 'serfHealth'), checkRecord('n1', `c-${id}`, { serviceId: id, status })];
  return { node, service: serviceRecord('n1', id, { name: 'web', tags }), checks };
}

const view = createView(1, [entry('a', 'passing', ['v1', 'Blue']), entry('b', 'warning', ['v1']), entry('c', 'critical')]);
const ids = (options?: Parameters<typeof instancesOf>[1]): string[] => instancesOf(view, options).map(({ id }) => id);

test('an instance has all that its records say, frozen to the bottom', () => {
  const instance = instanceOf({ ...entry('a'), service: serviceRecord('n1', 'a', { name: 'web', address: '1.2.3.4', meta: { k: 'v' } }) });
  expect(instance).toEqual({
    ...{ id: 'a', name: 'web', address: '1.2.3.4', port: 80, tags: [], meta: { k: 'v' }, weights: { passing: 1, warning: 1 } },
    locality: undefined,
    node: { id: '', name: 'n1', address: '10.0.0.1', meta: { rack: 'r' }, locality: { region: 'eu', zone: 'a' } },
    status: 'passing',
    checks: [
      { id: 'serfHealth', name: 'serfHealth', status: 'passing', output: '', notes: '', type: '', isOfNode: true },
      { id: 'c-a', name: 'c-a', status: 'passing', output: '', notes: '', type: '', isOfNode: false },
    ],
  });
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
  expect(isFrozen(instance)).toBe(true);
});

test('without an address of its own, an instance has that of its node; its status is its worst check', () => {
  expect(instancesOf(view, { passing: false }).map(({ address, status }) => [address, status])).toEqual([
    ['10.0.0.1', 'passing'],
    ['10.0.0.1', 'warning'],
    ['10.0.0.1', 'critical'],
  ]);
});

test('the same view and options give the same array each time', () => {
  for (const options of [undefined, {}, { passing: false }, { tag: 'v1' }, { passing: false, tag: ['v1', 'blue'] }]) {
    expect(instancesOf(view, options)).toBe(instancesOf(view, options));
    expect(Object.isFrozen(instancesOf(view, options))).toBe(true);
  }
  expect(instancesOf(view, { tag: ['v1', 'blue'] })).toBe(instancesOf(view, { tag: ['BLUE', 'V1'] }));
});

test('an instance of which no record changed is the same object in the next view', () => {
  const [a, b] = view.items as [ServiceEntry, ServiceEntry];
  const next = createView(2, [
    { ...a, checks: [...a.checks] },
    { ...b, checks: b.checks.map((check) => ({ ...check, output: 'new' })) },
  ]);
  const [before, after] = [instancesOf(view, { passing: false }), instancesOf(next, { passing: false })];
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test('who passes is shown; others, and tags, on demand', () => {
  expect([ids(), ids({ passing: false }), ids({ passing: false, tag: 'V1' }), ids({ tag: [] }), ids({ tag: ['v1', 'x'] })]).toEqual([
    ['a'],
    ['a', 'b', 'c'],
    ['a', 'b'],
    ['a'],
    [],
  ]);
});

test('so many choices of tags that nobody could want them are not kept', () => {
  for (let n = 0; n < 200; n += 1) expect(ids({ tag: `t${n}` })).toEqual([]);
  expect(instancesOf(view, { tag: 't0' })).toBe(instancesOf(view, { tag: 't0' }));
  expect(instancesOf(view, { tag: 't199' })).not.toBe(instancesOf(view, { tag: 't199' }));
});

test.each([
  ['web', 'web'],
  ['Web', 'web'],
  ['WÉB', 'wéb'],
  ['', ''],
  ['a-b_1.@[', 'a-b_1.@['],
])('the key of the service %j is %j', (name, key) => {
  expect(serviceKey(name)).toBe(key);
});
