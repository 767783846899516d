/** The list of differences explains what it says, no more, and is held to need each entry. */
import { expect, test } from 'vitest';
import { type Difference, explain, type Found } from './differences.ts';

const found = (changes: Partial<Found>): Found => ({
  in: 'kv: a key',
  step: 2,
  what: 'GET /v1/kv/x',
  at: 'header vary',
  problem: 'missing',
  detail: '',
  ...changes,
});
const entry = (changes: Partial<Difference>): Difference => ({ why: 'older version', note: 'n', ...changes });

const CASES: readonly (readonly [string, Partial<Difference>, boolean])[] = [
  ['nothing but a note', {}, true],
  ['the place', { at: 'header vary' }, true],
  ['a pattern of the place', { at: /^header/ }, true],
  ['another place', { at: 'status' }, false],
  ['the problem', { problem: 'missing' }, true],
  ['another problem', { problem: 'differs' }, false],
  ['the beginning of the case', { in: 'kv: a' }, true],
  ['another case', { in: 'txn' }, false],
  ['the step', { steps: [2] }, true],
  ['another step', { steps: [3] }, false],
];

test.for(CASES)('an entry with %s', ([, changes, explains]) => {
  const { unexplained, unneeded } = explain([found({})], [entry(changes)]);
  expect(unexplained).toHaveLength(explains ? 0 : 1);
  expect(unneeded).toHaveLength(explains ? 0 : 1);
});

test('each step of an entry must be needed', () => {
  const { unexplained, unneeded } = explain([found({})], [entry({ in: 'kv', steps: [2, 3] })]);
  expect(unexplained).toEqual([]);
  expect(unneeded).toEqual(['kv, step 3, n']);
});

test('an entry that depends on time need not occur', () => {
  expect(explain([], [entry({ dependsOnTime: true }), entry({ in: 'kv' })]).unneeded).toEqual(['kv, n']);
});
