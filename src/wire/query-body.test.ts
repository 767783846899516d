import { expect, test } from 'vitest';
import { queryDefinition, queryId, queryRecord, queryService } from '../../test/fixtures/queries.ts';
import type { PreparedQuery } from '../model/prepared-query.ts';
import { decodeBody } from './decode.ts';
import { queryBody, queryFrom } from './query-body.ts';
import { metaMembers, queryJson } from './query-json.ts';

const decode = (body: unknown): ReturnType<typeof queryFrom> =>
  queryFrom(decodeBody(queryBody, Buffer.from(JSON.stringify(body))), queryId(1));

const full: PreparedQuery = {
  ...queryRecord({ name: 'geo-', session: queryId(2), token: 'secret', dnsTtl: '10s', createIndex: 7, modifyIndex: 9 }),
  template: { type: 'name_prefix_match', regexp: '^"(.*)$', removeEmptyTags: true },
  service: queryService({
    samenessGroup: 'g',
    failover: { nearestN: 2, datacenters: ['dc2'], targets: [{ peer: 'p', datacenter: 'dc3' }] },
    onlyPassing: true,
    ignoreCheckIds: ['c'],
    near: '_agent',
    tags: ['a', ''],
    nodeMeta: { b: '2', a: '1' },
    serviceMeta: {},
    connect: true,
    peer: 'p',
  }),
};

test('A definition is shown in Consul’s order, and reads back as itself', () => {
  const json = queryJson(full, true);
  expect(json).toBe(
    `{"ID":"${queryId(1)}","Name":"geo-","Session":"${queryId(2)}","Token":"secret",` +
      '"Template":{"Type":"name_prefix_match","Regexp":"^\\"(.*)$","RemoveEmptyTags":true},' +
      '"Service":{"Service":"web","SamenessGroup":"g","Failover":{"NearestN":2,"Datacenters":["dc2"],"Targets":[{"Peer":"p","Datacenter":"dc3"}]},' +
      '"OnlyPassing":true,"IgnoreCheckIDs":["c"],"Near":"_agent","Tags":["a",""],"NodeMeta":{"a":"1","b":"2"},"ServiceMeta":{},"Connect":true,"Peer":"p"},' +
      '"DNS":{"TTL":"10s"},"CreateIndex":7,"ModifyIndex":9}',
  );
  const { createIndex: _c, modifyIndex: _m, ...definition } = full;
  expect(decode(JSON.parse(json))).toEqual(definition);
});

test('What was not given is null or empty', () => {
  const json = queryJson(queryRecord(), true);
  expect(JSON.parse(json)).toMatchObject({
    Token: '',
    Template: { Type: '', Regexp: '', RemoveEmptyTags: false },
    Service: {
      Failover: { NearestN: 0, Datacenters: null, Targets: null },
      IgnoreCheckIDs: null,
      Tags: null,
      NodeMeta: null,
      ServiceMeta: null,
    },
  });
  expect(decode({ Name: 'q', Service: { Service: 'web' } })).toEqual(queryDefinition());
  expect(decode({})).toEqual(queryDefinition({ name: '', service: queryService({ service: '' }) }));
});

test('A session is known in any case', () => {
  expect(decode({ Session: 'ABCDEF00-0000-4000-8000-000000000000' }).session).toBe('abcdef00-0000-4000-8000-000000000000');
});

test('A token is hidden where it is not to be seen, and nothing is where there is none', () => {
  expect(queryJson(full, false)).toContain('"Token":"\\u003chidden\\u003e"');
  expect(queryJson(queryRecord(), false)).toContain('"Token":""');
});

test.each<[unknown, string]>([
  [{ Foo: 1 }, 'json: unknown field "Foo"'],
  [{ Service: { Service: 5 } }, 'json: cannot unmarshal number into Go struct field .Service.Service of type string'],
  [{ DNS: { TTL: 5 } }, 'json: cannot unmarshal number into Go struct field .DNS.TTL of type string'],
  [{ Service: { Failover: { Targets: [{ Region: 'x' }] } } }, 'json: unknown field "Region"'],
])('%j is refused: %s', (body, text) => {
  expect(() => decode(body)).toThrow(text);
});

test('What an answer says of itself is in nanoseconds', () => {
  expect(JSON.parse(`{${metaMembers({ knownLeader: false, lastContactMs: 1.5, consistency: 'stale' })}}`)).toEqual({
    Index: 1,
    LastContact: 1_500_000,
    KnownLeader: false,
    ConsistencyLevel: 'stale',
    NotModified: false,
    Backend: 0,
    ResultsFilteredByACLs: false,
  });
});
