/** What is said of a view's freshness, against a model: the age since it was last known to be right. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import type { StaleReason } from '../topics/backend.ts';

interface Step {
  readonly kind: 'put' | 'confirm' | 'doubt' | 'link' | 'other lineage' | 'cut' | 'time';
  /** For `cut` and `time`. */
  readonly ms: number;
}

const KINDS: readonly Step['kind'][] = ['put', 'confirm', 'doubt', 'link', 'other lineage', 'cut', 'time'];
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), ms: fc.nat(30_000) }));

test('a view is live exactly from a proof until a doubt, and else as old as its last proof', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = cacheWorld();
      world.link('l0');
      await world.hold('web', ['a'], { index: 1 });
      const model: { stale: { sinceMs: number; reason: StaleReason } | undefined; lineage: number; ofLineage: number } = {
        stale: undefined,
        lineage: 0,
        ofLineage: 0,
      };
      const doubt = (reason: StaleReason, ageMs = 0): void => {
        model.stale ??= { sinceMs: world.clock.nowMs() - ageMs, reason };
      };
      let index = 1;
      for (const step of history) {
        index += 1;
        if (step.kind === 'put') {
          world.cache.put(things, 'web', content([String(index)], index));
          Object.assign(model, { stale: undefined, ofLineage: model.lineage });
        } else if (step.kind === 'confirm') {
          world.cache.confirm(things, 'web', index);
          if (model.ofLineage === model.lineage) model.stale = undefined;
        } else if (step.kind === 'doubt') {
          world.cache.doubt(things, 'web');
          doubt('digest-mismatch');
        } else if (step.kind === 'link') world.link(`l${model.lineage}`);
        else if (step.kind === 'other lineage') {
          model.lineage += 1;
          world.link(`l${model.lineage}`);
          doubt('link-down');
        } else if (step.kind === 'cut') {
          world.cache.unlinked('link-down', step.ms);
          doubt('link-down', step.ms);
        } else await world.clock.advance(step.ms);
        const shown = world.cache.freshness(things, 'web');
        // What was asked for anew, and was not answered in time: only time brings that, and the age stays.
        if (step.kind === 'time' && model.stale !== undefined && !shown.isLive && shown.reason === 'refresh-failed')
          model.stale = { ...model.stale, reason: 'refresh-failed' };
        const { stale } = model;
        const expected =
          stale === undefined ? { isLive: true } : { isLive: false, ageMs: world.clock.nowMs() - stale.sinceMs, reason: stale.reason };
        expect(shown).toEqual(expected);
        expect(world.cache.reader('all').topic(things).get('web')).toBe(world.cache.peek(things, 'web'));
      }
    }),
  );
});

test('what the upstream says ends when it is heard again', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('web', ['a']);
  world.cache.unlinked('upstream', 7_000);
  expect(world.cache.freshness()).toEqual({ isLive: false, ageMs: 7_000, reason: 'upstream' });
  expect(world.cache.freshness(things, 'web')).toEqual({ isLive: false, ageMs: 7_000, reason: 'upstream' });
  world.cache.confirm(things, 'web', 10);
  expect(world.cache.freshness()).toEqual({ isLive: true });
});

test('before there ever was a link, nothing is live', async () => {
  const world = cacheWorld();
  await world.clock.advance(3_000);
  expect(world.cache.freshness(things, 'web')).toEqual({ isLive: false, ageMs: 3_000, reason: 'link-down' });
});
