import { expect, test } from 'vitest';
import { queryDefinition, queryService, templateRecord } from '../../../test/fixtures/queries.ts';
import { compileTemplate, MAX_RENDERED_CHARS } from './template.ts';

test('Every text of the service is made from the name, and nothing else', () => {
  const service = {
    service: '${name.suffix}',
    samenessGroup: '${name.prefix}',
    failover: { nearestN: 2, datacenters: ['${match(1)}'], targets: [{ peer: '${match(2)}', datacenter: 'x' }] },
    ignoreCheckIds: ['${name.full}'],
    near: '${agent.segment}',
    tags: ['${match(3)}', 'v${match(2)}'],
    nodeMeta: { '${name.full}': '${name.full}', ['__proto__']: '${match(1)}' },
    serviceMeta: { v: '${match(1)}' },
    peer: '',
  };
  const query = { ...templateRecord('geo-', service, '^geo-([a-z]+)-(\\d+)$'), token: '${name.full}', dnsTtl: '${name.full}' };
  expect(compileTemplate(query)('geo-db-7')).toEqual({
    ...query,
    service: {
      ...query.service,
      service: 'db-7',
      samenessGroup: 'geo-',
      failover: { nearestN: 2, datacenters: ['db'], targets: [{ peer: '7', datacenter: 'x' }] },
      ignoreCheckIds: ['geo-db-7'],
      near: '',
      tags: ['', 'v7'],
      nodeMeta: { '${name.full}': 'geo-db-7', ['__proto__']: 'db' },
      serviceMeta: { v: 'db' },
    },
  });
});

test('What is not there stays away', () => {
  const rendered = compileTemplate(templateRecord('x'))('xy');
  expect(rendered.service).toEqual(queryService());
});

test('The suffix is what follows the prefix as the template spells it', () => {
  const render = compileTemplate(templateRecord('zz-', { service: '${name.prefix}|${name.suffix}' }));
  expect(['zz-Foo', 'ZZ-Foo', 'zz-'].map((name) => render(name).service.service)).toEqual(['zz-|Foo', 'zz-|ZZ-Foo', 'zz-|']);
});

test('Groups are empty where the expression does not match', () => {
  const render = compileTemplate(templateRecord('z', { tags: ['a${match(0)}', 'b${match(1)}'] }, '^z(\\d)$'));
  expect([render('z1').service.tags, render('zx').service.tags]).toEqual([
    ['az1', 'b1'],
    ['a', 'b'],
  ]);
});

test('Empty tags are dropped where that is asked for', () => {
  const template = { type: 'name_prefix_match', regexp: '', removeEmptyTags: true };
  const tagsOf = (tags: readonly string[] | undefined): unknown =>
    compileTemplate(queryDefinition({ template, service: queryService({ tags }) }))('q').service.tags;
  expect([tagsOf(['', 'a', '${match(1)}']), tagsOf(undefined)]).toEqual([['a'], []]);
});

test.each<[change: Parameters<typeof queryDefinition>[0], text: string]>([
  [{ template: undefined }, "Bad Template.Type ''"],
  [{ template: { type: 'x', regexp: '', removeEmptyTags: false } }, "Bad Template.Type 'x'"],
  [
    { template: { type: 'name_prefix_match', regexp: '(', removeEmptyTags: false } },
    'Bad Regexp: error parsing regexp: missing closing ): `(`',
  ],
  [{ service: queryService({ service: '${x' }) }, "Bad format '${x' in Service.Service: parse error at 1:4"],
  [
    { service: queryService({ tags: ['', '${nope}'] }) },
    "Bad evaluation for '${nope}' in Service.Tags[1]: 1:3: unknown variable accessed: nope",
  ],
  [{ service: queryService({ nodeMeta: { a: '${nope}' } }) }, "Bad evaluation for '${nope}' in Service.NodeMeta[a]: "],
  [
    { service: queryService({ failover: { nearestN: 0, datacenters: undefined, targets: [{ peer: '', datacenter: '${' }] } }) },
    "Bad format '${' in Service.Failover.Targets[0].Datacenter: ",
  ],
])('%j is refused: %s', (change, text) => {
  const template = { type: 'name_prefix_match', regexp: '', removeEmptyTags: false };
  expect(() => compileTemplate(queryDefinition({ template, ...change }))).toThrow(text);
});

test('A query never grows beyond the bound, whatever the name', () => {
  const tags = Array.from({ length: 65 }, () => '${name.full}');
  const render = compileTemplate(templateRecord('z', { tags }));
  expect(render('z'.repeat(1_000)).service.tags).toHaveLength(65);
  expect(() => render('z'.repeat(1_010))).toThrow(`in Service.Tags[64]: more than ${MAX_RENDERED_CHARS} characters`);
});
