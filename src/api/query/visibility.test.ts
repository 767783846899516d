import { expect, test } from 'vitest';
import { queryRecord, templateRecord } from '../../../test/fixtures/queries.ts';
import type { Authorizer } from '../../acl/authorizer.ts';
import type { PreparedQuery } from '../../model/prepared-query.ts';
import { seesQuery, seesQueryById, seesTokens } from './visibility.ts';

/** May read queries whose names begin with `web`; and write access rules, if `manages`. */
const reader = (manages: boolean): Authorizer => ({
  allows: (rule, name) => (rule.kind !== 'none' && rule.resource === 'acl' ? manages : name.startsWith('web')),
});

test.each<[what: string, query: PreparedQuery, listed: boolean, byId: boolean, toManager: boolean]>([
  ['a query of the reader', queryRecord({ name: 'web-1' }), true, true, true],
  ['a query of others', queryRecord({ name: 'db' }), false, false, false],
  ['a template of others', templateRecord('db'), false, false, false],
  ['the template with the empty name', templateRecord(''), false, false, false],
  ['a query without a name', queryRecord({ name: '' }), false, true, true],
])('Who may read some names sees %s: %j', (_what, query, listed, byId, toManager) => {
  expect([seesQuery(reader(false), query), seesQueryById(reader(false), query), seesQuery(reader(true), query)]).toEqual([
    listed,
    byId,
    toManager,
  ]);
});

test('Tokens are for management', () => {
  expect([seesTokens(reader(false)), seesTokens(reader(true))]).toEqual([false, true]);
});
