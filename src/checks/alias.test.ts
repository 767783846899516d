import { expect, test } from 'vitest';
import type { Check, CheckStatus } from '../model/check.ts';
import { aliasResult } from './alias.ts';

const TARGET = { node: 'n1', service: 'web' };

const check = (name: string, status: CheckStatus, serviceId: string, output = '', type = ''): Check =>
  ({ id: name, name, status, serviceId, output, type }) as Check;

test.each<[string, readonly Check[], string, string]>([
  ['no checks', [], 'passing', 'No checks found.'],
  ['checks of other services', [check('a', 'critical', 'db')], 'passing', 'No checks found.'],
  ['good checks', [check('a', 'passing', 'web'), check('b', 'passing', '')], 'passing', 'All checks passing.'],
  ['a warning', [check('a', 'passing', 'web'), check('b', 'warning', 'web', 'slow')], 'warning', 'Aliased check "b" failing: slow'],
  [
    'a warning before something worse',
    [check('a', 'warning', 'web'), check('b', 'critical', 'web', 'down')],
    'critical',
    'Aliased check "b" failing: down',
  ],
  [
    'something worse before a warning',
    [check('a', 'critical', 'web', 'down'), check('b', 'warning', 'web')],
    'critical',
    'Aliased check "a" failing: down',
  ],
  ['a failing check of the node', [check('disk', 'critical', '', 'full')], 'critical', 'Aliased check "disk" failing: full'],
  ['a name with quotes', [check('a "b"', 'critical', 'web')], 'critical', 'Aliased check "a \\"b\\"" failing: '],
])('%s', (_name, checks, status, output) => {
  expect(aliasResult(TARGET, { exists: true, checks })).toEqual({ status, output });
});

test('of two equally bad checks the first is quoted', () => {
  const checks = [check('a', 'critical', 'web', '1'), check('b', 'critical', 'web', '2')];
  expect(aliasResult(TARGET, { exists: true, checks }).output).toBe('Aliased check "a" failing: 1');
});

test.each([
  ['alias', 'Aliased check "disk" failing: full', 'Aliased check "disk" failing: full'],
  ['alias', 'No cluster leader', 'Aliased check "a" failing: No cluster leader'],
  ['script', 'Aliased check "disk" failing: full', 'Aliased check "a" failing: Aliased check "disk" failing: full'],
])('of a check of type %s that says %j is said %j', (type, output, expected) => {
  expect(aliasResult(TARGET, { exists: true, checks: [check('a', 'critical', 'web', output, type)] }).output).toBe(expected);
});

test.each([
  ['web', 'Service web could not be found on node n1'],
  ['', 'Node n1 could not be found'],
])('what does not exist is critical, whatever is known of its node (%j)', (service, output) => {
  const known = { exists: false, checks: [check('disk', 'passing', '')] };
  expect(aliasResult({ node: 'n1', service }, known)).toEqual({ status: 'critical', output });
});

test('an alias of a node alone takes the checks of the node, and of no service', () => {
  const checks = [check('disk', 'warning', ''), check('a', 'critical', 'web')];
  expect(aliasResult({ node: 'n1', service: '' }, { exists: true, checks })).toMatchObject({ status: 'warning' });
});
