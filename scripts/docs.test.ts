/** Holds the committed reference to the definitions in src/: after a change of a route, an option or a code, run `npm run docs`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderReference } from './docs.ts';

test.each([...renderReference()])('docs/reference/%s is what npm run docs writes', (name, text) => {
  expect(readFileSync(new URL(`../docs/reference/${name}`, import.meta.url), 'utf8')).toBe(text);
});
