import { expect, test } from 'vitest';
import { requestOf } from '../testing/test-server.ts';
import { checkCommonParameters } from './common-parameters.ts';

const check = (call: string, headers: Readonly<Record<string, string>> = {}): void =>
  checkCommonParameters(requestOf(call, { headers }), 'dc1');

test.each([
  'GET /v1/kv/a',
  'GET /v1/kv/a?ns=&partition=',
  'GET /v1/kv/a?ns=default&partition=default',
  'GET /v1/kv/a?dc=dc1',
  'GET /v1/kv/a?dc=&datacenter=',
  'GET /v1/kv/a?datacenter=dc1&dc=mars',
  'GET /v1/agent/services?dc=mars',
  'GET /v1/catalog/datacenters?dc=mars',
])('%s is fine', (call) => {
  expect(() => check(call)).not.toThrow();
});

test.each([
  ['?ns=team', {}, 400, 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature'],
  ['?partition=p', {}, 400, 'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature'],
  ['', { 'x-consul-namespace': 'team' }, 400, 'Invalid header: "X-Consul-Namespace" - Namespaces are a Consul Enterprise feature'],
  ['', { 'x-consul-partition': 'p' }, 400, 'Invalid header: "X-Consul-Partition" - Partitions are a Consul Enterprise feature'],
  ['?dc=mars', {}, 500, 'No path to datacenter'],
  ['?dc=dc1&datacenter=mars', {}, 500, 'No path to datacenter'],
  ['?x=%', {}, 500, ''],
] as const)('%s %j is refused with %i', (query, headers, status, message) => {
  expect(() => check(`GET /v1/kv/a${query}`, headers)).toThrow(expect.objectContaining({ status, message }));
});

test('Enterprise parameters are refused by agent endpoints too', () => {
  expect(() => check('GET /v1/agent/services?ns=team')).toThrow('Namespaces are');
});
