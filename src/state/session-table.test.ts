import { expect, test } from 'vitest';
import { sessionRecord } from '../../test/fixtures/records.ts';
import { SessionTable } from './session-table.ts';

test('Sessions are found by id and, in any case, by node; each creation and end moves the one index', () => {
  const sessions = new SessionTable();
  const a = sessionRecord('a', 'Node');
  expect([sessions.apply('a', a, 2), sessions.index]).toEqual([undefined, 2]);
  sessions.apply('b', sessionRecord('b', 'node'), 3);
  expect([sessions.get('a'), [...sessions.onNode('NODE')].map(({ id }) => id)]).toEqual([a, ['a', 'b']]);
  expect([sessions.apply('a', undefined, 4), sessions.index]).toEqual([a, 4]);
  sessions.apply('b', undefined, 5);
  expect([[...sessions.all()], [...sessions.onNode('node')], sessions.index]).toEqual([[], [], 5]);
});

test('The end of an unknown session moves no index', () => {
  const sessions = new SessionTable();
  sessions.apply('a', sessionRecord('a', 'n'), 2);
  expect([sessions.apply('x', undefined, 3), sessions.index]).toEqual([undefined, 2]);
});

test('A session that is put again on another node is found there alone', () => {
  const sessions = new SessionTable();
  sessions.apply('a', sessionRecord('a', 'n'), 2);
  sessions.apply('a', sessionRecord('a', 'm'), 3);
  expect([[...sessions.onNode('n')], [...sessions.onNode('m')].length]).toEqual([[], 1]);
});

test('After a reset there is none, and the index is the floor', () => {
  const sessions = new SessionTable();
  sessions.apply('a', sessionRecord('a', 'n'), 2);
  sessions.reset(9);
  expect([[...sessions.all()], [...sessions.onNode('n')], sessions.index]).toEqual([[], [], 9]);
});
