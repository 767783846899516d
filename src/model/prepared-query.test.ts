import { expect, test } from 'vitest';
import { queryDefinition, queryService } from '../../test/fixtures/queries.ts';
import { isTemplate, type QueryDefinition, queryProblem } from './prepared-query.ts';

const failover = { nearestN: 0, datacenters: undefined, targets: undefined };
const targets = [{ peer: 'p', datacenter: '' }];

test.each<[change: Partial<QueryDefinition>, problem: string]>([
  [{ name: '', service: queryService({ service: '' }) }, 'Must be bound to a session'],
  [{ name: '', template: { type: '', regexp: 'x', removeEmptyTags: true } }, 'Must be bound to a session'],
  [{ token: '<hidden>' }, "Bad Token '<hidden>', it looks like a query definition with a redacted token was submitted"],
  [{ service: queryService({ service: '' }) }, 'Must provide a Service name to query'],
  [{ service: queryService({ failover: { ...failover, nearestN: -1 } }) }, "Bad NearestN '-1', must be >= 0"],
  [
    { service: queryService({ failover: { ...failover, nearestN: 1, targets } }) },
    'Targets cannot be populated with NearestN or Datacenters',
  ],
  [
    { service: queryService({ failover: { ...failover, datacenters: ['dc2'], targets } }) },
    'Targets cannot be populated with NearestN or Datacenters',
  ],
  [{ service: queryService({ nodeMeta: { '': 'x' } }) }, "Couldn't load metadata pair ('', 'x'): Key cannot be blank"],
  [{ service: queryService({ nodeMeta: { 'a b': 'x' } }) }, "Couldn't load metadata pair ('a b', 'x'): Key contains invalid characters"],
  [{ dnsTtl: 'x' }, `Bad DNS TTL 'x': time: invalid duration "x"`],
  [{ dnsTtl: '10' }, `Bad DNS TTL '10': time: invalid duration "10"`],
  [{ dnsTtl: '-3s' }, "DNS TTL '-3000000000', must be >=0"],
  [{ name: 'x'.repeat(256) }, 'Name must not be longer than 255 characters'],
  [{ service: queryService({ tags: ['x'.repeat(64 * 1024)] }) }, 'Query must not be larger than 65536 characters'],
])('%j is refused: %s', (change, problem) => {
  expect(queryProblem(queryDefinition(change))).toBe(problem);
});

test.each<Partial<QueryDefinition>>([
  {},
  { name: '', session: 'any' },
  { name: '', template: { type: 'any', regexp: '', removeEmptyTags: false } },
  { token: 'secret', dnsTtl: '0' },
  { name: 'x'.repeat(255), dnsTtl: '10s' },
  { service: queryService({ nodeMeta: { 'consul-network-segment': '' }, failover: { ...failover, targets, datacenters: [] } }) },
])('%j is fine by itself', (change) => {
  expect(queryProblem(queryDefinition(change))).toBeUndefined();
});

test('A template has a type', () => {
  const template = { type: '', regexp: 'x', removeEmptyTags: true };
  expect([isTemplate({ template: undefined }), isTemplate({ template }), isTemplate({ template: { ...template, type: 'x' } })]).toEqual([
    false,
    false,
    true,
  ]);
});
