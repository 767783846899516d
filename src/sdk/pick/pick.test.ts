/** How often each instance is picked, in which order, and what a change of the instances does to it. All chance is seeded. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRecord, nodeRecord, serviceRecord } from '../../../test/fixtures/records.ts';
import type { CheckStatus } from '../../model/check.ts';
import { SeededRandom } from '../../runtime/random.ts';
import { type Instance, instanceOf } from '../instance.ts';
import { type PickOptions, pickerOf } from './strategies.ts';
import { nearestOf } from './zone.ts';

interface Shape {
  readonly weights?: { readonly passing: number; readonly warning: number };
  readonly status?: CheckStatus;
  readonly zone?: string;
  readonly nodeZone?: string;
  readonly nodeMeta?: Record<string, string>;
}

function instance(
  id: string,
  { weights = { passing: 1, warning: 1 }, status = 'passing', zone, nodeZone, nodeMeta }: Shape = {},
): Instance {
  const place = (name: string | undefined) => (name === undefined ? undefined : { region: '', zone: name });
  return instanceOf({
    node: nodeRecord('n', { locality: place(nodeZone), meta: nodeMeta }),
    service: serviceRecord('n', id, { weights, locality: place(zone) }),
    checks: [checkRecord('n', 'c', { serviceId: id, status })],
  });
}

const three = ['a', 'b', 'c'].map((id) => instance(id));

function picks(options: PickOptions, instances: readonly Instance[], count: number, seed = 1): string[] {
  const picker = pickerOf(options, new SeededRandom(seed));
  picker.update(instances);
  return Array.from({ length: count }, () => picker.pick()?.id ?? 'none');
}

function countsOf(ids: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

test.each<PickOptions>([{}, { strategy: 'weighted' }, { strategy: 'p2c' }, { prefer: { zone: 'z' } }])(
  'of none, %j picks none',
  (options) => {
    expect(picks(options, [], 2)).toEqual(['none', 'none']);
    expect(picks(options, three.slice(0, 1), 2)).toEqual(['a', 'a']);
  },
);

test('round robin takes each in turn, and begins at another one in each process', () => {
  expect(countsOf(picks({}, three, 300))).toEqual({ a: 100, b: 100, c: 100 });
  const firsts = Array.from({ length: 300 }, (_, seed) => picks({}, three, 1, seed)[0] ?? '');
  for (const count of Object.values(countsOf(firsts))) expect(count).toBeGreaterThan(60);
});

test('round robin goes on where it was when an instance goes', () => {
  const picker = pickerOf({}, new SeededRandom(1));
  picker.update(three);
  const before = [picker.pick()?.id, picker.pick()?.id, picker.pick()?.id];
  picker.update(three.slice(0, 2));
  expect(new Set([picker.pick()?.id, picker.pick()?.id])).toEqual(new Set(['a', 'b']));
  expect(new Set(before)).toEqual(new Set(['a', 'b', 'c']));
});

test('weights are kept exactly over each round, and none comes in a row for longer than it must', () => {
  const list = [
    instance('a', { weights: { passing: 5, warning: 1 } }),
    instance('b', { weights: { passing: 1, warning: 1 } }),
    instance('c', { weights: { passing: 1, warning: 1 } }),
  ];
  const ids = picks({ strategy: 'weighted' }, list, 7_000);
  const { a = 0, b = 0, c = 0 } = countsOf(ids);
  expect([Math.abs(a - 5_000) <= 2, Math.abs(b - 1_000) <= 2, Math.abs(c - 1_000) <= 2]).toEqual([true, true, true]);
  expect(ids.join('')).not.toMatch(/aaaaa/);
});

test('any weights are kept, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }), fc.integer(), (weights, seed) => {
      const list = weights.map((passing, at) => instance(`i${at}`, { weights: { passing, warning: 0 } }));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const counts = countsOf(picks({ strategy: 'weighted' }, list, total * 4, seed));
      for (const [at, weight] of weights.entries()) expect(Math.abs((counts[`i${at}`] ?? 0) - weight * 4)).toBeLessThanOrEqual(2);
    }),
    { numRuns: 50 },
  );
});

test('a warning weighs what it says, 0 is never picked, and critical ones are the last resort of who shows them', () => {
  const weights = { passing: 9, warning: 1 };
  const list = [instance('good', { weights }), instance('warned', { weights, status: 'warning' })];
  expect(countsOf(picks({ strategy: 'weighted' }, list, 100))).toEqual({ good: 90, warned: 10 });
  const off = [instance('good'), instance('off', { weights: { passing: 1, warning: 0 }, status: 'warning' })];
  expect(countsOf(picks({ strategy: 'weighted' }, off, 10))).toEqual({ good: 10 });
  expect(picks({ strategy: 'weighted' }, [instance('bad', { status: 'critical' })], 1)).toEqual(['bad']);
});

test('a weighted newcomer is not flooded, and those who stay keep their place', () => {
  const picker = pickerOf({ strategy: 'weighted' }, new SeededRandom(3));
  picker.update(three.slice(0, 2));
  for (let n = 0; n < 101; n += 1) picker.pick();
  picker.update(three);
  const ids = Array.from({ length: 9 }, () => picker.pick()?.id ?? '');
  expect(countsOf(ids)).toEqual({ a: 3, b: 3, c: 3 });
});

test('two choices spread evenly where the load is even', () => {
  for (const count of Object.values(countsOf(picks({ strategy: 'p2c' }, three, 3_000)))) expect(count).toBeGreaterThan(900);
});

test('of two choices the one with less work is taken, so that a slow instance gets little', () => {
  const picker = pickerOf({ strategy: 'p2c' }, new SeededRandom(5));
  picker.update(three);
  const [slow] = three as [Instance];
  for (let n = 0; n < 50; n += 1) picker.begin(slow);
  expect(countsOf(Array.from({ length: 300 }, () => picker.pick()?.id ?? ''))).not.toHaveProperty('a');
  for (let n = 0; n < 60; n += 1) picker.end(slow);
  expect(countsOf(Array.from({ length: 300 }, () => picker.pick()?.id ?? '')).a).toBeGreaterThan(50);
});

test('the work under way is known across a change, and forgotten with its instance', () => {
  const picker = pickerOf({ strategy: 'p2c' }, new SeededRandom(5));
  const [a, b] = three as [Instance, Instance];
  picker.update([a, b]);
  picker.begin(a);
  picker.update([instance('a', { weights: { passing: 2, warning: 1 } }), b]);
  expect(countsOf(Array.from({ length: 20 }, () => picker.pick()?.id ?? ''))).toEqual({ b: 20 });
  picker.update([b]);
  picker.end(a);
  picker.update([a, b]);
  expect(countsOf(Array.from({ length: 100 }, () => picker.pick()?.id ?? ''))).toHaveProperty('a');
});

test.each<[string, Shape, boolean]>([
  ['its own locality', { zone: 'here' }, true],
  ['that of its node', { nodeZone: 'here' }, true],
  ['the metadata of its node', { nodeMeta: { zone: 'here' } }, true],
  ['its own before that of its node', { zone: 'there', nodeZone: 'here' }, false],
  ['nothing', {}, false],
  ['the name of a member of every object', { nodeMeta: {} }, false],
])('where an instance is, is told by %s', (_name, shape, isNear) => {
  const [near, far] = [instance('x', shape), instance('far', { zone: 'far' })];
  expect(nearestOf([near, far], { zone: 'here' })).toEqual(isNear ? [near] : [near, far]);
});

test('those of the same zone are picked as long as there is one', () => {
  const list = [instance('near', { nodeMeta: { rack: 'r1' } }), instance('far', { nodeMeta: { rack: 'r2' } })];
  const prefer = { zone: 'r1', metaKey: 'rack' };
  expect(countsOf(picks({ prefer }, list, 10))).toEqual({ near: 10 });
  expect(countsOf(picks({ prefer }, list.slice(1), 10))).toEqual({ far: 10 });
  expect(nearestOf(list, { zone: 'toString', metaKey: 'constructor' })).toBe(list);
});
