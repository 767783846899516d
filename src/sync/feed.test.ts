import { expect, test } from 'vitest';
import { addDigests, type Digest, EMPTY_DIGEST } from '../model/digest.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { testTopic } from '../testing/test-topic.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { decodeMessage } from './codec.ts';
import type { Followed, Follower } from './feed-follower.ts';
import type { DownFrame } from './frames.ts';
import { Publisher } from './publisher.ts';
import { ServingMeters } from './serving-meters.ts';

/** A source that answers when the test says so. */
class SlowSource {
  lineage = 'l1';
  index = 1;
  readonly reads: { resolve: (view: View<never>) => void; reject: (error: unknown) => void }[] = [];
  readonly #wakes = new Set<() => void>();

  read<T>(): Promise<View<T>> {
    return new Promise((resolve, reject) => this.reads.push({ resolve: resolve as (view: View<never>) => void, reject }));
  }

  wait(_topic: Topic<unknown>, _key: string, wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  get waiters(): number {
    return this.#wakes.size;
  }

  touch(): void {
    for (const wake of [...this.#wakes]) {
      this.#wakes.delete(wake);
      wake();
    }
  }

  async answer(index: number, items: readonly string[]): Promise<void> {
    this.reads.shift()?.resolve(createView(index, items) as unknown as View<never>);
    await Promise.resolve();
    await Promise.resolve();
  }
}

class FakeFollower implements Follower {
  readonly maxViewBytes = 1_000_000;
  isOver = false;
  readonly frames: DownFrame[] = [];
  readonly feeds = new Set<Followed>();
  sum: Digest = EMPTY_DIGEST;

  send(_kind: string, bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    if (message.kind === 'frame') this.frames.push(message.frame as DownFrame);
  }

  addDigest(difference: Digest): void {
    this.sum = addDigests(this.sum, difference);
  }

  followed(feed: Followed): void {
    this.feeds.add(feed);
  }

  unfollowed(feed: Followed): void {
    this.feeds.delete(feed);
  }
}

const things: Topic<unknown> = testTopic<unknown>('things');

function slowWorld() {
  const source = new SlowSource();
  const meters = new ServingMeters();
  let replacements = 0;
  const replaced = (): void => {
    replacements += 1;
  };
  const publisher = new Publisher({ source, meters, logger: silentLogger, replaced, topics: [things] });
  const ask = (follower: Follower): void => publisher.ask(['things', 'k'], { follower, held: undefined, once: false });
  return { source, meters, publisher, ask, replacements: () => replacements };
}

test('all who ask meanwhile share one reading, and a change meanwhile comes after it', async () => {
  const { source, ask, meters } = slowWorld();
  const followers = [new FakeFollower(), new FakeFollower()];
  for (const follower of followers) ask(follower);
  expect(source.reads).toHaveLength(1);
  source.touch();
  await source.answer(5, ['a', 'b']);
  await source.answer(6, ['a', 'b', 'c']);
  for (const { frames } of followers) expect(frames.map(({ t }) => t)).toEqual(['view', 'change']);
  expect(meters).toMatchObject({ wholes: 1, changes: 1 });
  expect(source.waiters).toBe(1);
});

test('who leaves before the answer gets none, and the last one ends the waiting', async () => {
  const { source, ask, publisher, meters } = slowWorld();
  const [stays, leaves] = [new FakeFollower(), new FakeFollower()];
  ask(stays);
  ask(leaves);
  publisher.drop(['things', 'k'], leaves);
  await source.answer(5, ['a']);
  expect(leaves.frames).toEqual([]);
  expect(stays.frames).toHaveLength(1);
  publisher.drop(['things', 'k'], stays);
  expect(stays.sum).toEqual(EMPTY_DIGEST);
  expect([source.waiters, meters.feeds]).toEqual([0, 0]);
});

test('a link that ended while the view was fetched follows nothing', async () => {
  const { source, ask, meters } = slowWorld();
  const follower = new FakeFollower();
  ask(follower);
  follower.isOver = true;
  await source.answer(5, ['a']);
  expect([follower.frames, follower.feeds.size, meters.feeds, source.waiters]).toEqual([[], 0, 0, 0]);
});

test('a view that cannot be fetched is refused to all, also later, and asked for anew by who comes next', async () => {
  const { source, ask, meters } = slowWorld();
  const follower = new FakeFollower();
  ask(follower);
  source.reads.shift()?.reject(new Error('no servers'));
  await Promise.resolve();
  ask(follower);
  await source.answer(5, ['a']);
  source.touch();
  source.reads.shift()?.reject(new Error('no servers'));
  await Promise.resolve();
  expect(follower.frames.map(({ t }) => t)).toEqual(['noview', 'view', 'noview']);
  expect([follower.sum, follower.feeds.size, meters.feeds]).toEqual([EMPTY_DIGEST, 0, 0]);
});

test('an index that goes back, and one that stays, are not published', async () => {
  const { source, ask } = slowWorld();
  const follower = new FakeFollower();
  ask(follower);
  await source.answer(5, ['a']);
  for (const index of [5, 4]) {
    source.touch();
    await source.answer(index, ['x']);
  }
  source.touch();
  await source.answer(6, ['a']);
  expect(follower.frames.map(({ t }) => t)).toEqual(['view', 'change']);
  expect(follower.frames.at(-1)).toMatchObject({ from: 5, index: 6, gone: [], put: [] });
});

test('another lineage is told once it is seen, and nothing of it is published', async () => {
  const { source, ask, replacements } = slowWorld();
  const follower = new FakeFollower();
  ask(follower);
  await source.answer(5, ['a']);
  source.lineage = 'l2';
  source.touch();
  await source.answer(9, ['z']);
  expect(replacements()).toBe(1);
  expect(follower.frames).toHaveLength(1);
});

test('all feeds of a lineage end when the first of them, or who asks, finds another; later ones are new', async () => {
  const { source, ask, publisher, meters, replacements } = slowWorld();
  const [old, waiting, fresh] = [new FakeFollower(), new FakeFollower(), new FakeFollower()];
  ask(old);
  await source.answer(5, ['a']);
  publisher.ask(['things', 'other'], { follower: waiting, held: undefined, once: false });
  source.lineage = 'l2';
  ask(fresh);
  expect([replacements(), old.feeds.size, old.sum, meters.feeds, source.waiters]).toEqual([1, 0, EMPTY_DIGEST, 1, 1]);
  await source.answer(6, ['of the lineage before']);
  await source.answer(2, ['b']);
  expect(old.frames).toHaveLength(1);
  expect(waiting.frames).toEqual([]);
  expect(fresh.frames).toMatchObject([{ t: 'view', index: 2, items: ['b'] }]);
  expect(replacements()).toBe(1);
});

test('a topic that fails on a changed item is refused to its followers, logged, and never thrown at the source', async () => {
  const source = new SlowSource();
  const errors: object[] = [];
  const topic: Topic<unknown> = {
    ...things,
    stampOf: (item) => {
      if (item === 'bad') throw new Error('no stamp');
      return String(item);
    },
  };
  const logger: Logger = { ...silentLogger, error: (fields) => errors.push(fields) };
  const publisher = new Publisher({ source, meters: new ServingMeters(), logger, replaced: () => {}, topics: [topic] });
  const follower = new FakeFollower();
  publisher.ask(['things', 'k'], { follower, held: undefined, once: false });
  await source.answer(5, ['a', 'b', 'c']);
  source.touch();
  await source.answer(6, ['a', 'b', 'c', 'bad']);
  expect(follower.frames.map(({ t }) => t)).toEqual(['view', 'noview']);
  expect(follower.frames[1]).toMatchObject({ error: { code: 'KONSUL_INVARIANT', message: 'no stamp' } });
  expect(errors).toEqual([{ topic: 'things', key: 'k', error: 'no stamp' }]);
  expect([source.waiters, follower.sum]).toEqual([0, EMPTY_DIGEST]);
});
