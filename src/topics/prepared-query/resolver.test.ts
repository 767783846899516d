import { expect, test } from 'vitest';
import { queryId, queryRecord, templateRecord } from '../../../test/fixtures/queries.ts';
import type { PreparedQuery } from '../../model/prepared-query.ts';
import { createView } from '../view.ts';
import { QueryResolver, resolverOf } from './resolver.ts';

const queries = [
  queryRecord({ id: queryId(1), name: 'Web' }),
  queryRecord({ id: queryId(2), name: '' }),
  queryRecord({ id: queryId(3), name: queryId(9) }),
  templateRecord('Geo-', { service: '4 ${name.suffix}' }),
  templateRecord('geo-db-', { service: '7 ${name.suffix}' }),
  templateRecord('geo-db-x', { service: '8 ${name.suffix}' }),
];
const catchAll = templateRecord('', { service: 'all ${name.full}' });

const found = (nameOrId: string, all: readonly PreparedQuery[] = queries): string | undefined => {
  const query = new QueryResolver(all).resolve(nameOrId);
  return query && `${query.name}: ${query.service.service}`;
};

test.each<[nameOrId: string, query: string | undefined]>([
  [queryId(1), 'Web: web'],
  [queryId(2), ': web'],
  ['web', 'Web: web'],
  ['WEB', 'Web: web'],
  [queryId(9), `${queryId(9)}: web`],
  ['geo-', 'Geo-: 4 geo-'],
  ['Geo-', 'Geo-: 4 '],
  ['geo-web', 'Geo-: 4 geo-web'],
  ['Geo-web', 'Geo-: 4 web'],
  ['geo-db', 'Geo-: 4 geo-db'],
  ['geo-db-1', 'geo-db-: 7 1'],
  ['geo-db-x', 'geo-db-x: 8 '],
  ['geo-db-xy', 'geo-db-x: 8 y'],
  ['geo', undefined],
  ['web2', undefined],
  ['', undefined],
  [queryId(7), undefined],
  ['__proto__', undefined],
])('%j is %j', (nameOrId, query) => {
  expect(found(nameOrId)).toBe(query);
});

test('The template with the empty name takes what no other takes, but not nothing and nothing endless', () => {
  const all = [...queries, catchAll];
  expect([found('x', all), found(queryId(7), all), found('geo-1', all)]).toEqual([': all x', `: all ${queryId(7)}`, 'Geo-: 4 geo-1']);
  expect([found('', all), found('x'.repeat(255), all)?.length, found('x'.repeat(256), all)]).toEqual([undefined, 261, undefined]);
});

test('A template is not found by its id', () => {
  expect(() => found(queryId(14))).toThrow('prepared query templates can only be resolved up by name, not by ID');
});

test('Among ten thousand queries, half of them templates, a name is found without going through them', () => {
  let looks = 0;
  const get = (target: PreparedQuery, key: string | symbol): unknown => {
    looks++;
    return Reflect.get(target, key);
  };
  const watch = (query: PreparedQuery): PreparedQuery => new Proxy(query, { get });
  const all = Array.from({ length: 5_000 }, (_, number) => [
    watch(queryRecord({ id: queryId(number), name: `query-${number}` })),
    watch({ ...templateRecord(`template-${number}-`, { service: '${name.suffix}' }), id: queryId(number + 5_000) }),
  ]).flat();
  const resolver = new QueryResolver(all);
  looks = 0;
  for (let number = 0; number < 5_000; number += 1) resolver.resolve(`query-${number}`);
  expect(looks).toBeLessThan(5_000 * 10);
  looks = 0;
  for (let round = 0; round < 1_000; round += 1) expect(resolver.resolve(`template-4321-${round}`)?.service.service).toBe(String(round));
  expect(looks).toBeLessThan(1_000 * 20);
});

test('A view has one resolver, and a template is compiled once for all views that hold it', () => {
  let compiled = 0;
  const template = new Proxy(templateRecord('z', { service: '${name.suffix}' }), {
    get(target, key) {
      if (key === 'service') compiled += 1;
      return Reflect.get(target, key);
    },
  });
  const [first, second] = [createView(1, [template]), createView(2, [template])];
  expect(resolverOf(first)).toBe(resolverOf(first));
  const name = (view: typeof first): unknown => resolverOf(view).resolve('zx')?.service.service;
  expect(name(first)).toBe('x');
  const once = compiled;
  expect([name(second), compiled > once + 10]).toEqual(['x', false]);
});
