import { expect, test } from 'vitest';
import { type WatchQuery, watchPath, watchTypes } from './watch-query.ts';

test.each<[WatchQuery, string]>([
  [{ type: 'key', key: 'a/ä b' }, '/v1/kv/a/%C3%A4%20b'],
  [{ type: 'keyprefix', prefix: 'a/' }, '/v1/kv/a/?recurse'],
  [{ type: 'services' }, '/v1/catalog/services'],
  [{ type: 'nodes', filter: 'Node == x' }, '/v1/catalog/nodes?filter=Node%20%3D%3D%20x'],
  [{ type: 'service', service: 'w/b', tags: ['x', 'y'], isPassingOnly: true }, '/v1/health/service/w%2Fb?tag=x&tag=y&passing'],
  [{ type: 'checks' }, '/v1/health/state/any'],
  [{ type: 'checks', state: 'critical' }, '/v1/health/state/critical'],
  [{ type: 'checks', service: 'web' }, '/v1/health/checks/web'],
  [{ type: 'event' }, '/v1/event/list'],
  [{ type: 'event', name: 'deploy', datacenter: 'dc2', isStale: true }, '/v1/event/list?name=deploy&dc=dc2&stale'],
])('%j is asked for at %s', (query, path) => {
  expect(watchPath(query)).toBe(path);
});

test.each<[WatchQuery, string, string]>([
  [{ type: '' }, 'type', 'Watch type must be specified'],
  [{ type: 'bad' }, 'type', 'Unsupported watch type: bad'],
  [{ type: 'constructor' }, 'type', 'Unsupported watch type: constructor'],
  [{ type: 'key' }, 'type', 'Must specify a single key to watch'],
  [{ type: 'keyprefix', prefix: '' }, 'type', 'Must specify a single prefix to watch'],
  [{ type: 'service' }, 'type', 'Must specify a single service to watch'],
  [{ type: 'checks', service: 'a', state: 'passing' }, 'state', 'Cannot specify service and state'],
  [{ type: 'key', key: 'a', prefix: 'b' }, 'prefix', 'Invalid parameters: [prefix]'],
  [{ type: 'nodes', tags: ['x'] }, 'tags', 'Invalid parameters: [tag]'],
])('%j asks for nothing', (query, member, message) => {
  expect(() => watchPath(query)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message, details: { member } }));
});

test('the types are those of Consul', () => {
  expect(watchTypes).toEqual(['key', 'keyprefix', 'services', 'nodes', 'service', 'checks', 'event']);
});
