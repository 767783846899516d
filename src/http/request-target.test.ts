import { expect, test } from 'vitest';
import { parseTarget } from './request-target.ts';

test.each([
  ['/v1/kv/a', '/v1/kv/a', '/v1/kv/a', ''],
  ['/v1/kv/a?x=1?y', '/v1/kv/a', '/v1/kv/a', 'x=1?y'],
  ['/v1/kv/a%2Fb%20c?x=%20', '/v1/kv/a/b c', '/v1/kv/a%2Fb%20c', 'x=%20'],
  ['/v1/kv/%E2%82%AC', '/v1/kv/€', '/v1/kv/%E2%82%AC', ''],
  ['/v1/kv/a+b#c', '/v1/kv/a+b#c', '/v1/kv/a+b#c', ''],
  ['http://konsul.example:8500/v1/kv/a?x', '/v1/kv/a', '/v1/kv/a', 'x'],
  ['HTTPS://konsul.example?x', '/', '/', 'x'],
  ['http://konsul.example', '/', '/', ''],
  ['*', '*', '*', ''],
])('%s is the path %s', (target, path, rawPath, rawQuery) => {
  expect(parseTarget(target)).toEqual({ path, rawPath, rawQuery });
});

test.each(['/v1/kv/%', '/v1/kv/%z1', '/v1/kv/%4', '/v1/kv/%FF', '/v1/kv/%C3%28'])('%s has no path', (target) => {
  expect(parseTarget(target)).toBeUndefined();
});
