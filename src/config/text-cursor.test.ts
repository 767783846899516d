import { expect, test } from 'vitest';
import { TextCursor } from './text-cursor.ts';

test('what is taken counts lines, whichever way it is taken', () => {
  const cursor = new TextCursor('a\nb\n\ncd*/e');
  expect([cursor.line, cursor.take(2), cursor.line]).toEqual([1, 'a\n', 2]);
  expect([cursor.takeWhile((character) => character !== 'c'), cursor.line]).toEqual(['b\n\n', 4]);
  expect([cursor.takeThrough('*/'), cursor.takeThrough('*/'), cursor.line]).toEqual(['cd*/', undefined, 4]);
  expect([cursor.takeIf('x'), cursor.takeIf('e'), cursor.isAtEnd, cursor.peek()]).toEqual([false, true, true, '']);
});

test('a look ahead takes nothing and sees whole characters', () => {
  const cursor = new TextCursor('😀b');
  expect([cursor.peek(), cursor.startsWith('😀'), cursor.startsWith('b'), cursor.offset]).toEqual(['😀', true, false, 0]);
  expect(cursor.takeWhile((character) => character === '😀')).toBe('😀');
  expect([cursor.peek(), cursor.offset, cursor.since(0)]).toEqual(['b', 2, '😀']);
});

test('no more is taken than there is', () => {
  const cursor = new TextCursor('ab');
  expect([cursor.take(9), cursor.take(1), cursor.isAtEnd]).toEqual(['ab', '', true]);
});

test('an error is on the line of the cursor, or on a line that is known better', () => {
  const cursor = new TextCursor('a\nb');
  cursor.take(2);
  expect(cursor.error('x')).toMatchObject({ line: 2, message: 'x' });
  expect(cursor.error('x', 1).line).toBe(1);
});
