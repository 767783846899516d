import { expect, test } from 'vitest';
import { AliasListeners } from './alias-listeners.ts';

test('a change is told to those who watch the service, one of the node to all', () => {
  const listeners = new AliasListeners();
  const told: string[] = [];
  const stop = listeners.watch('web', () => told.push('a'));
  listeners.watch('web', () => told.push('b'));
  listeners.watch('', () => told.push('node'));
  listeners.changed('web');
  listeners.changed('db');
  expect(told.splice(0)).toEqual(['a', 'b']);
  listeners.changed('');
  expect(told.splice(0).sort()).toEqual(['a', 'b', 'node']);
  stop();
  stop();
  listeners.changed('web');
  expect(told).toEqual(['b']);
});

test('one that stopped does not stop those who came after it', () => {
  const listeners = new AliasListeners();
  const told: string[] = [];
  const stop = listeners.watch('web', () => told.push('old'));
  stop();
  listeners.watch('web', () => told.push('new'));
  stop();
  listeners.changed('web');
  expect(told).toEqual(['new']);
});
