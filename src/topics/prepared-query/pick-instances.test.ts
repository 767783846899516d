import { expect, test } from 'vitest';
import { queryService } from '../../../test/fixtures/queries.ts';
import { checkRecord, nodeRecord, serviceRecord } from '../../../test/fixtures/records.ts';
import type { CheckStatus } from '../../model/check.ts';
import type { QueryService } from '../../model/prepared-query.ts';
import type { ServiceEntry } from '../entries.ts';
import { pickInstances } from './pick-instances.ts';

interface Instance {
  readonly checks?: Readonly<Record<string, CheckStatus>>;
  readonly tags?: readonly string[];
  readonly nodeMeta?: Readonly<Record<string, string>>;
  readonly meta?: Readonly<Record<string, string>>;
}

const entry = (id: string, { checks = {}, tags = [], nodeMeta, meta }: Instance): ServiceEntry => ({
  node: nodeRecord('n', { meta: nodeMeta }),
  service: serviceRecord('n', id, { tags, meta }),
  checks: Object.entries(checks).map(([check, status]) => checkRecord('n', check, { status })),
});

const entries = [
  entry('none', {}),
  entry('passing', { checks: { a: 'passing', b: 'passing' }, tags: ['V1', 'Main'], nodeMeta: { rack: '1' }, meta: { v: '' } }),
  entry('warning', { checks: { a: 'passing', b: 'warning' }, tags: ['v1'], nodeMeta: { rack: '2', zone: 'x' } }),
  entry('critical', { checks: { a: 'critical', b: 'passing' }, tags: ['v2'], meta: { v: '1' } }),
];

test.each<[query: Partial<QueryService>, picked: readonly string[]]>([
  [{}, ['none', 'passing', 'warning']],
  [{ onlyPassing: true }, ['none', 'passing']],
  [{ ignoreCheckIds: ['a'] }, ['none', 'passing', 'warning', 'critical']],
  [{ ignoreCheckIds: ['b'], onlyPassing: true }, ['none', 'passing', 'warning']],
  [{ ignoreCheckIds: ['A'] }, ['none', 'passing', 'warning']],
  [{ tags: [] }, ['none', 'passing', 'warning']],
  [{ tags: ['v1'] }, ['passing', 'warning']],
  [{ tags: ['v1', 'MAIN'] }, ['passing']],
  [{ tags: ['!v1'] }, ['none']],
  [{ tags: ['v1', '!main'] }, ['warning']],
  [{ tags: [''] }, []],
  [{ nodeMeta: { rack: '1' } }, ['passing']],
  [{ nodeMeta: { rack: '2', zone: 'x' } }, ['warning']],
  [{ nodeMeta: { rack: '2', zone: '' } }, []],
  [{ nodeMeta: { toString: 'x' } }, []],
  [{ serviceMeta: { v: '' } }, ['passing']],
  [{ serviceMeta: { v: '1' } }, []],
  [{ serviceMeta: {} }, ['none', 'passing', 'warning']],
  [{ peer: 'other' }, []],
])('%j picks %j', (query, picked) => {
  expect(pickInstances(queryService(query), entries).map(({ service }) => service.id)).toEqual(picked);
});
