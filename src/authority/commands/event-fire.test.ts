import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { World } from '../../../test/fixtures/world.ts';
import type { EventFire } from '../../model/commands/event.ts';
import { byLTime, MAX_EVENTS, type UserEvent } from '../../model/user-event.ts';

let world: World;

beforeEach(() => {
  world = new World();
});

const fire = (id: string, name: string = 'deploy'): EventFire => ({
  kind: 'event.fire',
  event: { id, name, payload: undefined, nodeFilter: '', serviceFilter: '', tagFilter: '' },
});

const ring = (of: World = world): UserEvent[] => [...of.state.tables.event.all()].sort(byLTime);

test('An event is kept as it was fired, each with one more than the one before', () => {
  const event = { id: 'a', name: 'x', payload: Buffer.from('p'), nodeFilter: 'n', serviceFilter: 's', tagFilter: 't' };
  world.run({ kind: 'event.fire', event });
  world.run(fire('b'));
  expect(ring()).toMatchObject([
    { ...event, lTime: 1, createIndex: 2 },
    { id: 'b', lTime: 2, createIndex: 3 },
  ]);
});

test('An event that is sent again changes nothing', () => {
  world.run(fire('a'));
  expect([world.run(fire('a')), world.changes]).toEqual([true, []]);
});

test('Of more than 256 events the oldest go, one for each new one', () => {
  for (let n = 0; n < MAX_EVENTS + 3; n++) world.run(fire(`e${n}`));
  expect(ring().map(({ lTime }) => lTime)).toEqual(Array.from({ length: MAX_EVENTS }, (_, at) => at + 4));
  expect(world.changes).toHaveLength(2);
});

test('A ring that is too long, out of a restored file, is cut to its size by the next event', () => {
  for (let n = 0; n < MAX_EVENTS; n++) world.run(fire(`e${n}`));
  const extra = Array.from(
    { length: 20 },
    (_, n): UserEvent => ({ ...fire(`x${n}`).event, lTime: 1_000 + n, createIndex: 1, modifyIndex: 1 }),
  );
  world.state.apply(
    extra.map((value) => ({ table: 'event', key: `event/${value.id}`, value })),
    999,
  );
  world.run(fire('last'));
  expect(ring()).toHaveLength(MAX_EVENTS);
  expect(ring().at(-1)).toMatchObject({ id: 'last', lTime: 1_020 });
});

test('However often the server starts anew, the ring is bounded, and each event comes after those that it has', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ arbitrary: fc.constant('fire'), weight: 40 }, fc.constant('restart')), { minLength: 270, maxLength: 300 }),
      (steps) => {
        const one = { world: new World() };
        for (const [at, step] of steps.entries()) {
          if (step === 'restart') one.world = restarted(one.world);
          else {
            const newest = ring(one.world).at(-1)?.lTime ?? 0;
            one.world.run(fire(`e${at}`));
            expect(ring(one.world).at(-1)).toMatchObject({ id: `e${at}`, lTime: newest + 1 });
          }
          expect(one.world.state.tables.event.size).toBeLessThanOrEqual(MAX_EVENTS);
        }
      },
    ),
    { numRuns: 5 },
  );
});

/** The same records in the order of their keys, as a store gives them. */
function restarted(before: World): World {
  const after = new World();
  after.state.load({ index: before.state.index, records: before.state.records().toSorted((a, b) => (a.key < b.key ? -1 : 1)) });
  return after;
}
