import { expect, test } from 'vitest';
import { serviceRecord } from '../../test/fixtures/records.ts';
import type { Service } from '../model/service.ts';
import { connectTarget, ServiceIndex, tagsOf } from './service-index.ts';

function indexOf(...services: readonly Service[]): ServiceIndex {
  const index = new ServiceIndex();
  for (const service of services) index.apply(undefined, service, 2);
  return index;
}

const names = (services: Iterable<Service>): string[] => [...services].map(({ id }) => id);

test('Names are one in any case, and are shown as the newest instance spells them', () => {
  const index = indexOf(serviceRecord('n', '1', { name: 'Web' }), serviceRecord('n', '2', { name: 'WEB' }));
  expect([index.group('web')?.name, names(index.group('wEb')?.instances ?? [])]).toEqual(['WEB', ['1', '2']]);
  expect([...index.groups()].length).toBe(1);
});

test('A change of case alone is not an extinction', () => {
  const before = serviceRecord('n', '1', { name: 'web' });
  const index = indexOf(before);
  index.apply(before, { ...before, name: 'Web' }, 3);
  expect([index.extinctionIndex, index.group('web')?.name, names(index.group('web')?.instances ?? [])]).toEqual([0, 'Web', ['1']]);
});

test('The same record taken in twice is there once', () => {
  const service = serviceRecord('n', '1', { name: 'web', connectNative: true });
  const index = indexOf(service);
  index.apply(service, service, 3);
  expect([names(index.group('web')?.instances ?? []), names(index.connectInstances('web'))]).toEqual([['1'], ['1']]);
});

test('The tags of a name are the union of its instances, at every moment', () => {
  const first = serviceRecord('n', '1', { name: 'web', tags: ['a', 'b'] });
  const second = serviceRecord('n', '2', { name: 'web', tags: ['b', 'c'] });
  const index = indexOf(first, second);
  const tags = (): readonly string[] => {
    const group = index.group('web');
    return group === undefined ? [] : tagsOf(group);
  };
  expect(tags()).toEqual(['a', 'b', 'c']);
  expect(tags()).toBe(tags());
  const changed = { ...second, tags: ['d'] };
  index.apply(second, changed, 3);
  expect(tags()).toEqual(['a', 'b', 'd']);
  index.apply(changed, undefined, 4);
  expect(tags()).toEqual(['a', 'b']);
});

test('Touching a name moves its index; touching an unknown one does nothing', () => {
  const index = indexOf(serviceRecord('n', 'web'));
  index.touch('WEB', 7);
  index.touch('none', 8);
  index.touch(undefined, 9);
  expect([index.group('web')?.index, index.index, index.extinctionIndex]).toEqual([7, 2, 0]);
});

test.each<[string, Partial<Service>, string | undefined]>([
  ['an ordinary service', {}, undefined],
  ['a native service', { connectNative: true, name: 'Web' }, 'web'],
  ['a proxy', { kind: 'connect-proxy', proxy: { DestinationServiceName: 'Api' } }, 'api'],
  ['a proxy of nothing', { kind: 'connect-proxy' }, undefined],
  ['a gateway', { kind: 'mesh-gateway', proxy: { DestinationServiceName: 'api' } }, undefined],
])('%s (%j) stands in the mesh for %s', (_, change, target) => {
  expect(connectTarget(serviceRecord('n', 'x', change))).toBe(target);
});

test('Instances of the mesh are found by the service they stand for, and move with it', () => {
  const proxy = serviceRecord('n', 'p', { kind: 'connect-proxy', proxy: { DestinationServiceName: 'web' } });
  const index = indexOf(proxy, serviceRecord('n', 'n', { name: 'web', connectNative: true }));
  expect(names(index.connectInstances('WEB'))).toEqual(['p', 'n']);
  const moved = { ...proxy, proxy: { DestinationServiceName: 'api' } };
  index.apply(proxy, moved, 3);
  expect([names(index.connectInstances('web')), names(index.connectInstances('api'))]).toEqual([['n'], ['p']]);
  index.apply(moved, undefined, 4);
  expect(names(index.connectInstances('api'))).toEqual([]);
});
