/** The files of the comparison with Consul, without Consul. */
import { expect, test } from 'vitest';
import { ConfigSyntaxError } from '../../src/config/tree.ts';
import { expectedOf, filesOf, narrowed, readHclFile, readOnByConsul } from './hcl-parity.ts';

test('there are files enough, and each that Consul reads on is one of them', () => {
  expect(filesOf('good').length).toBeGreaterThanOrEqual(35);
  expect(filesOf('broken').length).toBeGreaterThanOrEqual(50);
  expect(filesOf('broken')).toEqual(expect.arrayContaining(readOnByConsul.map(({ file }) => file)));
});

test.each(filesOf('good'))('%s is read, and all that it says is compared', (file) => {
  const { services, checks, settings } = expectedOf([readHclFile('good', file)]);
  const isEmpty = services.length + checks.length + Object.keys(settings).length === 0;
  expect(isEmpty).toBe(file === 'empty.hcl' || file === 'only-comments.hcl');
});

test.each(filesOf('broken'))('%s is refused', (file) => {
  expect(() => readHclFile('broken', file)).toThrow(ConfigSyntaxError);
});

test('only what is expected is compared, and what is missing shows', () => {
  expect(narrowed({ a: 1, b: { c: 2, d: 3 }, e: [{ f: 4, g: 5 }, 6] }, { b: { c: 9 }, e: [{ f: 9 }], x: 1 })).toEqual({
    b: { c: 2 },
    e: [{ f: 4 }, 6],
    x: null,
  });
});
