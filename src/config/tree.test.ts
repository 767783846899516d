import { describe, expect, test } from 'vitest';
import { asBlock, asList, asSingle, type ConfigBlock, ConfigSyntaxError, type ConfigTree, checkDepth, MAX_DEPTH } from './tree.ts';

const scalar: ConfigTree = { kind: 'scalar', value: 'a', line: 1 };
const block: ConfigBlock = { kind: 'block', members: [], line: 2 };
const listOf = (...items: ConfigTree[]): ConfigTree => ({ kind: 'list', items, line: 3 });
const empty = listOf();
const two = listOf(block, scalar);

describe('one value', () => {
  test.each([
    ['a value', scalar, scalar],
    ['the only one of a list', listOf(scalar), scalar],
    ['an empty list', empty, empty],
    ['a list of two', two, two],
  ])('%s', (_what, tree, single) => expect(asSingle(tree)).toBe(single));
});

describe('one block', () => {
  test.each([
    ['a block', block, block],
    ['the only one of a list', listOf(block), block],
    ['a value', scalar, undefined],
    ['a value in a list', listOf(scalar), undefined],
    ['an empty list', empty, undefined],
    ['a list of two', two, undefined],
  ])('%s', (_what, tree, single) => expect(asBlock(tree)).toBe(single));
});

test('a value alone is a list of one, and a list is its items', () => {
  expect(asList(block)).toEqual([block]);
  expect(asList(scalar)).toEqual([scalar]);
  expect(asList(empty)).toEqual([]);
  expect(asList(two)).toEqual([block, scalar]);
});

test('the deepest level is still good', () => {
  checkDepth(MAX_DEPTH, 7);
  expect(() => checkDepth(MAX_DEPTH + 1, 7)).toThrow(ConfigSyntaxError);
});
