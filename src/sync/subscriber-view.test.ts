import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testTopic } from '../testing/test-topic.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { viewDigest } from '../topics/view-digest.ts';
import type { ViewChange, WholeView } from './frames.ts';
import { SubscribedView, viewId } from './subscriber-view.ts';
import { viewDelta } from './view-delta.ts';

const topic = testTopic<unknown>('letters');
const place = { topic: 'letters', key: 'a' };

const whole = (index: number, items: readonly string[]): WholeView => ({
  t: 'view',
  ...place,
  index,
  digest: viewDigest(topic, items),
  items,
});

function change(from: number, before: readonly string[], after: readonly string[]): ViewChange | undefined {
  const delta = viewDelta(topic, before, after);
  return delta && { t: 'change', ...place, from, index: from + 1, digest: viewDigest(topic, after), ...delta };
}

function holding(index: number, items: readonly string[]): SubscribedView {
  const view = new SubscribedView(topic, 'a');
  view.take(whole(index, items), 100);
  return view;
}

const sink = (lineage: string) => ({
  sink: { get: () => ({ topic, key: 'a', index: 5, items: ['x'], sizeBytes: 7, lineage }) } as never,
  lineage: 'L',
});

test('a view of nothing is asked for by its name, one that is held with index and digest', () => {
  expect(new SubscribedView(topic, 'a').question()).toEqual(['letters', 'a']);
  expect(holding(5, ['x']).question()).toEqual({ ...place, index: 5, digest: viewDigest(topic, ['x']) });
});

test('what the sink holds of the same lineage counts, of another one it does not', () => {
  expect(SubscribedView.from(topic, 'a', sink('L')).content).toEqual({ index: 5, items: ['x'], sizeBytes: 7 });
  expect(SubscribedView.from(topic, 'a', sink('M')).content).toBeUndefined();
  expect(SubscribedView.from(topic, 'a', { ...sink(''), lineage: '' }).content).toBeUndefined();
});

test('a whole view with the digest that it claims is taken, with another one it is not', () => {
  const view = holding(5, ['x']);
  expect(view.take({ ...whole(6, ['y']), digest: [1, 2] }, 9)).toBe(false);
  expect(view.content).toEqual({ index: 5, items: ['x'], sizeBytes: 100 });
  expect(view.take(whole(6, ['y']), 9)).toBe(true);
  expect(view.content).toEqual({ index: 6, items: ['y'], sizeBytes: 9 });
});

test('a whole view of what is held already keeps the object that is held', () => {
  const view = holding(5, ['x', 'y']);
  const items = view.content?.items;
  view.take(whole(8, ['x', 'y']), 1);
  expect(view.content?.items).toBe(items);
  expect(view.content).toMatchObject({ index: 8, sizeBytes: 100 });
});

test('items that are none of the topic are no reason to throw', () => {
  const view = new SubscribedView(serviceHealthTopic, 'a');
  expect(view.take({ ...whole(5, []), items: [null, 7, {}] }, 9)).toBe(false);
  expect(view.content).toBeUndefined();
  view.take(whole(5, []), 9);
  expect(view.apply({ t: 'change', ...place, from: 5, index: 6, digest: [0, 0], gone: [], put: [[0, { service: null }]] }, 1)).toBe(false);
});

const after = { t: 'change', ...place, from: 5, index: 6, digest: viewDigest(topic, ['x', 'z']), gone: [1], put: [[1, 'z']] } as const;

test.each([
  ['follows on another index', { from: 4 }],
  ['takes away what is not there', { gone: [2] }],
  ['takes away the same twice', { gone: [1, 1] }],
  ['puts behind the end', { put: [[7, 'z']] as const }],
  ['leads to another digest', { digest: [1, 1] as const }],
  ['forgets an item', { put: [] }],
])('a change that %s changes nothing', (_, wrong) => {
  const view = holding(5, ['x', 'y']);
  expect(view.apply({ ...after, ...wrong }, 10)).toBe(false);
  expect(view.content).toMatchObject({ index: 5, items: ['x', 'y'] });
  expect(view.apply(after, 10), 'and the right one is still welcome').toBe(true);
  expect(view.content).toEqual({ index: 6, items: ['x', 'z'], sizeBytes: 60 });
});

test('a change of the index alone keeps the items that are held', () => {
  const view = holding(5, ['x']);
  const items = view.content?.items;
  expect(view.apply({ t: 'change', ...place, from: 5, index: 9, digest: viewDigest(topic, ['x']), gone: [], put: [] }, 80)).toBe(true);
  expect(view.content).toEqual({ index: 9, items, sizeBytes: 100 });
  expect(view.content?.items).toBe(items);
});

test('a view that was let go of keeps its digest, and takes no change', () => {
  const view = holding(5, ['x', 'y']);
  view.drop();
  expect(view.digest).toEqual(viewDigest(topic, ['x', 'y']));
  expect(view.moveTo(7)).toBe(false);
  expect(view.apply(after, 1)).toBe(false);
});

test('no key can pass for another topic and key', () => {
  expect(viewId('a', 'b\nc')).not.toBe(viewId('a\nb', 'd'));
});

test('whatever the history, what is held is what the server has', () => {
  const lists = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lists, (history) => {
      const view = new SubscribedView(topic, 'a');
      let before: readonly string[] = [];
      history.forEach((items, at) => {
        const delta = at === 0 ? undefined : change(at, before, items);
        const isTaken = delta === undefined ? view.take(whole(at + 1, items), 10) : view.apply(delta, 10);
        expect(isTaken).toBe(true);
        expect(view.content).toMatchObject({ index: at + 1, items });
        expect(view.digest).toEqual(viewDigest(topic, items));
        before = items;
      });
    }),
  );
});
