/** Feeds and what is watched through them, over views that a test moves by hand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kvRecord } from '../../test/fixtures/records.ts';
import type { KvEntry } from '../model/kv.ts';
import { KonsulError } from '../runtime/errors.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Freshness } from '../topics/backend.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { type Change, FeedChanges } from './changes.ts';
import { Feeds } from './feeds.ts';
import { LIVE, type NextView, type Seen, type Views } from './views.ts';

type Answer = (next: NextView<KvEntry> | Error) => void;

/** One view, moved by the test: `answer` settles the question that is open. */
class HandViews implements Views {
  readonly asked: Seen<unknown>[] = [];
  fresh: Freshness = LIVE;
  atHand: View<KvEntry> | undefined;
  readonly #answers = new Set<Answer>();

  read<T>(): View<T> {
    throw new Error('not asked here');
  }

  held<T>(): View<T> | undefined {
    return this.atHand as View<T> | undefined;
  }

  next<T>(_topic: Topic<T>, _key: string, from: Seen<T>): Promise<NextView<T> | undefined> {
    this.asked.push(from as Seen<unknown>);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        from.signal.removeEventListener('abort', abort);
        this.#answers.delete(answer);
        act();
      };
      const abort = (): void => settle(() => resolve(undefined));
      const answer: Answer = (next) => settle(() => (next instanceof Error ? reject(next) : resolve(next as unknown as NextView<T>)));
      from.signal.addEventListener('abort', abort);
      this.#answers.add(answer);
    });
  }

  freshness(): Freshness {
    return this.fresh;
  }

  answer(next: NextView<KvEntry> | Error): void {
    const [oldest] = this.#answers;
    oldest?.(next);
  }

  /** Questions without an answer. */
  get open(): number {
    return this.#answers.size;
  }
}

const viewOf = (index: number, text: string): View<KvEntry> => createView(index, [kvRecord('k', text, { modifyIndex: index })]);
const at = (index: number, isReset = false): NextView<KvEntry> => ({ view: viewOf(index, String(index)), isReset });

function start() {
  const [clock, views] = [new FakeClock(), new HandViews()];
  const feeds = new Feeds({ views, clock, random: new SeededRandom(1) });
  const feed = () => feeds.of(kvEntryTopic, 'k');
  const watch = (signal?: AbortSignal) =>
    new FeedChanges(feed(), ({ items: [entry] }) => ({ value: String(Buffer.from(entry?.value ?? [])) }), signal ? { signal } : {});
  return { clock, views, feeds, feed, watch };
}

const shown = ({ value }: IteratorResult<Change<string>, undefined>) => value && [value.value, value.index, value.isReset];

test('what is at hand is given at once', async () => {
  const { views, watch } = start();
  views.atHand = viewOf(5, 'here');
  expect(shown(await watch().next())).toEqual(['here', 5, false]);
});

test('a slow loop gets the newest state, and no older one afterwards', async () => {
  const { clock, views, watch } = start();
  const changes = watch();
  for (const index of [1, 2, 3]) {
    views.answer(at(index));
    await clock.settle();
  }
  expect(shown(await changes.next())).toEqual(['3', 3, false]);
  const next = changes.next();
  views.answer(at(4));
  expect(shown(await next)).toEqual(['4', 4, false]);
});

test('a reset is said, also to who was not looking when it came, and once', async () => {
  const { clock, views, watch } = start();
  const changes = watch();
  views.answer(at(900));
  expect(shown(await changes.next())).toEqual(['900', 900, false]);
  views.answer(at(1, true));
  await clock.settle();
  views.answer(at(2));
  await clock.settle();
  expect(shown(await changes.next())).toEqual(['2', 2, true]);
  views.answer(at(3));
  expect(shown(await changes.next())).toEqual(['3', 3, false]);
  expect(shown(await watch().next())).toEqual(['3', 3, false]);
});

test('in any history every loop sees states that only go forward, but after a reset, and ends with the last one', async () => {
  const step = fc.record({ moves: fc.integer({ min: 1, max: 5 }), isReset: fc.boolean(), fails: fc.boolean(), looks: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { clock, views, watch } = start();
      const changes = watch();
      const seen: (readonly [number, boolean])[] = [];
      let index = 10;
      let resets = 0;
      const look = async (): Promise<void> => {
        const { value } = await changes.next();
        if (value !== undefined) seen.push([value.index, value.isReset]);
      };
      for (const { moves, isReset, fails, looks } of steps) {
        if (fails) {
          views.answer(new KonsulError('UNREACHABLE', 'cut'));
          await clock.advance(10_000);
        }
        index = isReset ? moves : index + moves;
        if (isReset) resets += 1;
        views.answer(at(index, isReset));
        await clock.settle();
        if (looks) await look();
      }
      if (steps.length > 0 && steps.at(-1)?.looks === false) await look();
      if (steps.length > 0) expect(seen.at(-1)?.[0]).toBe(index);
      for (const [place, [at, isReset]] of seen.entries()) if (!isReset && place > 0) expect(at).toBeGreaterThan(seen[place - 1]?.[0] ?? 0);
      if (resets === 0) expect(seen.some(([, isReset]) => isReset)).toBe(false);
      await changes.return();
      expect(views.open).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('trouble is tried again with growing pauses, shown, and over with the next answer', async () => {
  const { clock, views, feed, watch } = start();
  const changes = watch();
  views.answer(at(1));
  await changes.next();
  const cut = new KonsulError('UNREACHABLE', 'cut');
  for (let n = 0; n < 12; n += 1) {
    views.answer(cut);
    await clock.advance(5_000);
  }
  expect(views.asked.length).toBe(14);
  expect(feed().freshness()).toEqual({ isLive: false, ageMs: 60_000, reason: 'unreachable', error: cut });
  views.answer(at(2));
  await clock.settle();
  expect(changes.freshness).toEqual({ isLive: true, ageMs: 0, reason: undefined, error: undefined });
});

test('what the agent says of its own view is shown as it says it', () => {
  const { views, watch } = start();
  views.atHand = viewOf(1, '');
  views.fresh = { isLive: false, ageMs: 7, reason: 'guard' };
  expect(watch().freshness).toMatchObject({ isLive: false, ageMs: 7, reason: 'guard' });
});

test('what no retry can help against ends the loop with its reason', async () => {
  const { views, feeds, watch } = start();
  const next = watch().next();
  views.answer(new KonsulError('PERMISSION_DENIED', 'Permission denied'));
  await expect(next).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  expect([feeds.size, views.open]).toEqual([0, 0]);
});

test('a mistake of the code is not waited out', async () => {
  const { views, watch } = start();
  const next = watch().next();
  views.answer(new TypeError('oops'));
  await expect(next).rejects.toMatchObject({ code: 'KONSUL_INVARIANT', message: 'oops' });
});

test('steps that are asked for at once are answered one after the other', async () => {
  const { clock, views, watch } = start();
  const changes = watch();
  const steps = [changes.next(), changes.next(), changes.next()];
  views.answer(at(1));
  await clock.settle();
  views.answer(at(2));
  expect([await steps[0], await steps[1]].map((step) => step && shown(step))).toEqual([
    ['1', 1, false],
    ['2', 2, false],
  ]);
  await changes.return();
  expect(await steps[2]).toEqual({ done: true, value: undefined });
});

test('a signal that has aborted opens nothing; one that aborts later ends what waits, and is let go of', async () => {
  const { views, feeds, watch } = start();
  const stop = new AbortController();
  const changes = watch(stop.signal);
  const next = changes.next();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await watch(stop.signal).next()).toEqual({ done: true, value: undefined });
  expect([feeds.size, views.open]).toEqual([0, 0]);
});

test('closing wakes everybody, and nothing is asked any more', async () => {
  const { clock, views, feeds, watch } = start();
  const [one, two] = [watch().next(), watch().next()];
  feeds.close();
  expect([await one, await two]).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  await clock.settle();
  expect([feeds.size, views.open, clock.pendingTimers]).toEqual([0, 0, 0]);
});

test('a thousand loops over one thing are one question, and none is left when they have gone', async () => {
  const { views, feeds, watch } = start();
  const loops = Array.from({ length: 1_000 }, () => watch());
  const firsts = loops.map((loop) => loop.next());
  views.answer(at(1));
  await Promise.all(firsts);
  expect([feeds.size, views.open]).toEqual([1, 1]);
  await Promise.all(loops.map((loop) => loop.return()));
  expect([feeds.size, views.open]).toEqual([0, 0]);
});
