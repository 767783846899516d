import { expect, test } from 'vitest';
import { createView, MAX_VARIANTS, type Rendered } from './view.ts';

const rendered = (bytes: number, gzipBytes?: number): Rendered => ({
  body: Buffer.alloc(bytes),
  gzip: gzipBytes === undefined ? undefined : Buffer.alloc(gzipBytes),
});

test('A view shows its items at an index of at least 1', () => {
  const items = ['a'];
  expect(createView(0, items)).toMatchObject({ index: 1, items });
  expect(createView(7, items).items).toBe(items);
});

test('Rendered answers are remembered by selection, and replaced', () => {
  const { variants } = createView(1, []);
  const [plain, both] = [rendered(1), rendered(1, 2)];
  expect(variants.get('x')).toBeUndefined();
  variants.set('x', plain);
  variants.set('x', both);
  expect([variants.get('x'), variants.get('y')]).toEqual([both, undefined]);
});

test('A flood of selections does not push out the first ones', () => {
  const { variants } = createView(1, []);
  for (let i = 0; i <= MAX_VARIANTS; i += 1) variants.set(String(i), rendered(1));
  expect([variants.get('0') !== undefined, variants.get(String(MAX_VARIANTS))]).toEqual([true, undefined]);
  variants.set('0', rendered(2));
  expect(variants.get('0')?.body.length).toBe(2);
});

test('Bytes are asked for as they grow, compressed ones too; what is refused is not remembered', () => {
  const asked: number[] = [];
  const { variants } = createView(1, [], (bytes) => {
    asked.push(bytes);
    return bytes < 100;
  });
  variants.set('x', rendered(10));
  variants.set('x', rendered(10, 4));
  variants.set('y', rendered(100));
  expect([asked, variants.get('x')?.gzip?.length, variants.get('y')]).toEqual([[10, 4, 100], 4, undefined]);
});
