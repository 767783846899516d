import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDurationNs, parseDurationMs, parseDurationNs } from './duration.ts';

test.each<[string, number | undefined]>([
  ['0', 0],
  ['-0', 0],
  ['10s', 10e9],
  ['1m30s', 90e9],
  ['1.5h', 5_400e9],
  ['.5s', 5e8],
  ['1.s', 1e9],
  ['-1.5s', -1.5e9],
  ['+2ms', 2e6],
  ['3us', 3e3],
  ['3µs', 3e3],
  ['3μs', 3e3],
  ['7ns', 7],
  ['0s', 0],
  ['2540400h', 2_540_400 * 3_600e9],
  ['', undefined],
  ['10', undefined],
  ['s', undefined],
  ['.s', undefined],
  ['1d', undefined],
  ['1s ', undefined],
  ['1e3s', undefined],
  ['1s-1s', undefined],
  ['9999999h', undefined],
])('%j is %s nanoseconds', (text, ns) => {
  expect(parseDurationNs(text)).toBe(ns);
  expect(parseDurationMs(text)).toBe(ns === undefined ? undefined : ns / 1e6);
});

test.each<[number, string]>([
  [0, '0s'],
  [1, '1ns'],
  [1_500, '1.5µs'],
  [2e6, '2ms'],
  [1.5e9, '1.5s'],
  [60e9, '1m0s'],
  [90e9, '1m30s'],
  [24 * 3_600e9, '24h0m0s'],
  [3_661.25e9, '1h1m1.25s'],
  [-90e9, '-1m30s'],
])('%d nanoseconds are shown as %s', (ns, text) => {
  expect(formatDurationNs(ns)).toBe(text);
});

test('What is shown is read back as it was', () => {
  const ns = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  fc.assert(fc.property(ns, (value) => Object.is(parseDurationNs(formatDurationNs(value)), value)));
});
