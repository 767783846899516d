import { expect, test } from 'vitest';
import { type MarkGroup, Marks } from './marks.ts';

const put = (serviceId = '') => ({ kind: 'put', serviceId, token: '' }) as const;
const remove = (serviceId = '') => ({ kind: 'remove', serviceId, token: '' }) as const;
const shown = (groups: Iterable<MarkGroup>): unknown => [...groups].map(({ service, checks }) => [service?.id, checks.map(({ id }) => id)]);

test('A service and its checks are one group, whichever was marked first; checks of the node are another', () => {
  const marks = new Marks();
  marks.set('check', 'c1', put('web'));
  marks.set('check', 'disk', put());
  marks.set('service', 'web', put());
  marks.set('check', 'c2', remove('web'));
  expect(shown(marks.groups('put'))).toEqual([
    ['web', ['c1']],
    [undefined, ['disk']],
  ]);
  expect(shown(marks.groups('remove'))).toEqual([[undefined, ['c2']]]);
});

test('What is marked again has only its last mark: of another kind, of another service', () => {
  const marks = new Marks();
  marks.set('service', 'web', put());
  marks.set('service', 'web', remove());
  marks.set('check', 'c', put('web'));
  marks.set('check', 'c', put('api'));
  expect(marks.size).toBe(2);
  expect(shown(marks.groups('put'))).toEqual([[undefined, ['c']]]);
  expect(shown(marks.groups('put', [['service', 'web']]))).toEqual([]);
  expect(shown(marks.groups('remove'))).toEqual([['web', []]]);
});

test('Clearing a mark leaves the one that was set meanwhile', () => {
  const marks = new Marks();
  marks.set('service', 'web', put());
  const [first] = marks.groups('put');
  marks.set('service', 'web', put());
  if (first?.service !== undefined) marks.clear(first.service);
  expect(marks.size).toBe(1);
  const [second] = marks.groups('put');
  if (second?.service !== undefined) marks.clear(second.service);
  expect([marks.size, shown(marks.groups('put'))]).toEqual([0, []]);
});

test('Only the groups of what is asked for are given, each once', () => {
  const marks = new Marks();
  for (const id of ['a', 'b', 'c']) {
    marks.set('service', id, put());
    marks.set('check', `check-${id}`, put(id));
  }
  const only = [
    ['check', 'check-b'],
    ['service', 'b'],
    ['service', 'unknown'],
  ] as const;
  expect(shown(marks.groups('put', only))).toEqual([['b', ['check-b']]]);
  expect(shown(marks.groups('remove', only))).toEqual([]);
});

test('What is marked while the groups are given is left out, so that two writes of one record never meet', () => {
  const marks = new Marks();
  marks.set('service', 'a', put());
  marks.set('service', 'b', put());
  const groups = marks.groups('put');
  expect(groups.next().value?.service?.id).toBe('a');
  marks.set('service', 'a', put());
  marks.set('service', 'c', put());
  marks.set('check', 'of-b', put('b'));
  expect(shown(groups)).toEqual([['b', []]]);
});
