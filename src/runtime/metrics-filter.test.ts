import { expect, test } from 'vitest';
import { isShown } from './metrics-filter.ts';

test.each<[string, readonly string[], boolean, boolean]>([
  ['no rule fits, shown by default', ['-konsul.'], true, true],
  ['no rule fits, hidden by default', ['+konsul.'], false, false],
  ['a rule shows', ['+consul.rpc'], false, true],
  ['a rule hides', ['-consul.rpc'], true, false],
  ['the longer rule shows', ['+consul.rpc.q', '-consul.rpc'], false, true],
  ['the longer rule hides, wherever it stands', ['-consul.rpc.query', '+consul'], true, false],
  ['of two rules alike the hiding one wins', ['-consul.rpc', '+consul.rpc'], true, false],
  ['of two rules alike the hiding one wins, in the other order too', ['+consul.rpc', '-consul.rpc'], true, false],
])('%s', (_name, rules, isShownByDefault, shown) => {
  expect(isShown('consul.rpc.query', { rules, isShownByDefault })).toBe(shown);
});
