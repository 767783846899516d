import { expect, test } from 'vitest';
import { metricDefinitions } from './metric-names.ts';

const all = Object.entries(metricDefinitions);

test("Names are in order, Consul's or ours, and the same for Prometheus only if they are the same", () => {
  const names = all.map(([name]) => name);
  expect(names).toEqual([...names].sort());
  for (const name of names) expect(name).toMatch(/^(consul|konsul)\.[a-zA-Z_.-]+$/);
  expect(new Set(names.map((name) => name.replaceAll(/[.-]/g, '_'))).size).toBe(names.length);
});

test('Each has legal labels, none of which Prometheus keeps for itself, and a sentence', () => {
  for (const [name, { labels, help }] of all) {
    for (const label of labels) expect(label, name).toMatch(/^(?!__)(?!quantile$)[a-z_]+$/);
    expect(help, name).toMatch(/^[A-Z0-9].*\.$/);
  }
});

test('Ours say their unit, and counters that they count since the start', () => {
  for (const [name, { type, unit }] of all.filter(([each]) => each.startsWith('konsul.'))) {
    if (['seconds', 'bytes'].includes(unit)) expect(name.replace(/_total$/, '')).toMatch(new RegExp(`_${unit}$`));
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(unit, name).not.toBe('ms');
  }
});
