import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Graph, loopsOf } from './loops.ts';

const graph = (text: string): Graph => new Map(text.split(' ').map((line): [string, string[]] => [line.charAt(0), [...line.slice(2)]]));

test.each<[string, Record<string, string>]>([
  ['a>b b>c', {}],
  ['a>a', { a: 'a' }],
  ['a>b b>a', { a: 'a', b: 'a' }],
  ['c>b b>a a>c d>a', { a: 'a', b: 'a', c: 'a' }],
  ['a>b b>a b>c c>d d>c', { a: 'a', b: 'a', c: 'c', d: 'c' }],
  ['a>bc b>c c>', {}],
])('%s', (text, loops) => {
  // Of two lines for one vertex the last counts.
  expect(Object.fromEntries(loopsOf(graph(text.replace('b>a b>c', 'b>ac'))))).toEqual(loops);
});

test('two vertices share a loop if and only if each leads to the other', () => {
  const vertex = fc.constantFrom(...'abcdefgh');
  fc.assert(
    fc.property(fc.dictionary(vertex, fc.array(vertex, { maxLength: 4 })), (edges) => {
      const map: Graph = new Map(Object.entries(edges));
      const loops = loopsOf(map);
      for (const a of 'abcdefgh') {
        for (const b of 'abcdefgh') {
          expect(loops.has(a) && loops.get(a) === loops.get(b)).toBe(leadsTo(map, a, b) && leadsTo(map, b, a));
        }
      }
    }),
  );
});

test('a long way there and back is no deep recursion', () => {
  const size = 50_000;
  const ring: Graph = new Map(Array.from({ length: size }, (_, i) => [`${i}`, [`${(i + 1) % size}`]]));
  expect(new Set(loopsOf(ring).values())).toEqual(new Set(['0']));
});

/** By one step at least. */
function leadsTo(map: Graph, from: string, to: string): boolean {
  const reached = new Set(map.get(from));
  for (const vertex of reached) for (const next of map.get(vertex) ?? []) reached.add(next);
  return reached.has(to);
}
