import { expect, test } from 'vitest';
import { columns } from './columns.ts';

test.each([
  ['no row is nothing', [], ''],
  [
    'a column is as wide as its widest cell',
    [
      ['Node', 'ID'],
      ['n', 'x'],
    ],
    'Node  ID\nn     x\n',
  ],
  [
    'the last column is not filled up',
    [
      ['a', 'b'],
      ['aa', ''],
    ],
    'a   b\naa  \n',
  ],
  ['one column is a list', [['a'], ['bbb']], 'a\nbbb\n'],
])('%s', (_name, rows, text) => {
  expect(columns(rows)).toBe(text);
});

test('the gap may be wider', () => {
  expect(columns([['a', 'b']], 4)).toBe('a    b\n');
});
