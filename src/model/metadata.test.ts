import { expect, test } from 'vitest';
import { metadataProblem } from './metadata.ts';

test.each<[Record<string, string>, string | undefined]>([
  [{}, undefined],
  [{ 'team-a_1': 'anything: at all, é' }, undefined],
  [{ ['k'.repeat(128)]: 'v'.repeat(512) }, undefined],
  [{ '': 'v' }, "Couldn't load metadata pair ('', 'v'): Key cannot be blank"],
  [{ 'a.b': 'v' }, "Couldn't load metadata pair ('a.b', 'v'): Key contains invalid characters"],
  [{ ['k'.repeat(129)]: 'v' }, `Couldn't load metadata pair ('${'k'.repeat(129)}', 'v'): Key is too long (limit: 128 characters)`],
  [{ 'consul-x': 'v' }, "Couldn't load metadata pair ('consul-x', 'v'): Key prefix 'consul-' is reserved for internal use"],
  [{ a: 'v'.repeat(513) }, `Couldn't load metadata pair ('a', '${'v'.repeat(513)}'): Value is too long (limit: 512 characters)`],
])('Metadata is judged in the words of Consul: %j', (meta, problem) => {
  expect(metadataProblem(meta)).toBe(problem);
});

test('64 pairs are accepted, 65 are not', () => {
  const pairs = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, '']));
  expect(metadataProblem(pairs(64))).toBeUndefined();
  expect(metadataProblem(pairs(65))).toBe('Node metadata cannot contain more than 64 key/value pairs');
});
