import { expect, test } from 'vitest';
import { parseServicesKey, servicesKey } from './services.ts';

test('No selection is the empty key', () => {
  expect(servicesKey({ filter: '', nodeMeta: [] })).toBe('');
  expect(parseServicesKey('')).toEqual({ filter: '', nodeMeta: [] });
});

test('Equal selections have equal keys, whatever the order of their pairs; others have others', () => {
  const key = servicesKey({ filter: 'a == "b"', nodeMeta: ['y:2', 'x:1'] });
  expect(servicesKey({ filter: 'a == "b"', nodeMeta: ['x:1', 'y:2'] })).toBe(key);
  expect(servicesKey({ filter: 'a == "c"', nodeMeta: ['x:1', 'y:2'] })).not.toBe(key);
  expect(servicesKey({ filter: '', nodeMeta: ['x:1,y:2'] })).not.toBe(servicesKey({ filter: '', nodeMeta: ['x:1', 'y:2'] }));
});

test('A key stands for its selection', () => {
  const selection = { filter: 'Meta["k"] == `v`', nodeMeta: ['x', 'x:1'] };
  expect(parseServicesKey(servicesKey(selection))).toEqual(selection);
});
