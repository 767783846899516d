import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const WORDS = ['data-dir', 'datacenter', 'dev', 'node', 'node-id', 'http-port'];

test.each([
  ['data_dir', 'data-dir'],
  ['datadir', 'data-dir'],
  ['dta-dri', 'data-dir'],
  ['nod', 'node'],
  ['noed', 'node'],
  ['htpp-port', 'http-port'],
  ['dve', 'dev'],
  ['node', 'node'],
  ['x', undefined],
  ['completely-else', undefined],
  ['', undefined],
])('%s was meant to be %s', (word, meant) => {
  expect(suggest(word, WORDS)).toBe(meant);
});
