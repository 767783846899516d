import { beforeEach, expect, test } from 'vitest';
import type { CatalogDeregister } from '../model/commands/catalog.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import type { PushFrame } from './frames.ts';
import { Outgoing } from './outgoing.ts';
import { PushQueue } from './push-queue.ts';

const command = (serviceId: string): CatalogDeregister =>
  ({ kind: 'catalog.deregister', node: 'n', serviceId, checkId: '' }) as CatalogDeregister;

let clock: FakeClock;
let link: ScriptedLink;
let meters: AgentLinkMeters;
let queue: PushQueue;

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  meters = new AgentLinkMeters();
  queue = new PushQueue({ clock, meters, batchSize: 100, flushIntervalMs: 1_000 });
  queue.linked(new Outgoing(link, meters));
});

/** Pushes so many at once; what became of each, so far. */
function pushAll(count: number, from = 0): string[] {
  const outcomes: string[] = Array.from({ length: count }, () => 'open');
  outcomes.forEach((_, at) => {
    queue.push(command(`s${from + at}`)).then(
      () => (outcomes[at] = 'done'),
      (error: { readonly code: string }) => (outcomes[at] = error.code),
    );
  });
  return outcomes;
}

const pushed = (): readonly PushFrame[] => link.frames.filter((frame) => frame.t === 'push');
const sizes = (): readonly number[] => pushed().map(({ commands }) => commands.length);

test('defect 1: one registration is sent at once, and 99 are sent without a hundredth', async () => {
  pushAll(1);
  await clock.settle();
  expect(sizes()).toEqual([1]);
  queue.acknowledged({ t: 'ack', seq: 1, failed: [] });
  const outcomes = pushAll(99);
  await clock.settle();
  expect(sizes()).toEqual([1, 99]);
  queue.acknowledged({ t: 'ack', seq: 2, failed: [] });
  await clock.settle();
  expect(new Set(outcomes)).toEqual(new Set(['done']));
});

test('defect 2: what waits when the agent stops is given back to who pushed it, all of it', async () => {
  const outcomes = pushAll(550);
  await clock.settle();
  queue.end('the agent stops');
  await clock.settle();
  expect(outcomes.every((outcome) => outcome === 'UNREACHABLE')).toBe(true);
  expect(meters.pendingPushes).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('defect 3: a batch that fails is rejected, not dropped, and the next is sent all the same', async () => {
  const error = { code: 'STORE_FAILED', message: 'disk full', status: 500 } as const;
  const outcomes = pushAll(3);
  await clock.settle();
  queue.acknowledged({ t: 'ack', seq: 1, failed: [0, 1, 2].map((place) => [place, error] as const) });
  await clock.settle();
  expect(outcomes).toEqual(['STORE_FAILED', 'STORE_FAILED', 'STORE_FAILED']);
  const again = pushAll(3);
  await clock.settle();
  queue.acknowledged({ t: 'ack', seq: 2, failed: [] });
  await clock.settle();
  expect(again).toEqual(['done', 'done', 'done']);
});

test('defect 4: of 1,500 in one burst all are sent, in order, in batches of at most 100', async () => {
  const outcomes = pushAll(1_500);
  await clock.settle();
  for (let batch = 1; batch <= 15; batch += 1) {
    queue.acknowledged({ t: 'ack', seq: batch, failed: [] });
    await clock.settle();
  }
  expect(sizes()).toEqual(Array.from({ length: 15 }, () => 100));
  expect(pushed().flatMap(({ commands }) => commands.map((each) => (each as CatalogDeregister).serviceId))).toEqual(
    Array.from({ length: 1_500 }, (_, at) => `s${at}`),
  );
  expect(new Set(outcomes)).toEqual(new Set(['done']));
  expect(meters).toMatchObject({ batches: 15, batchedCommands: 1_500, largestBatch: 100, pendingPushes: 0 });
});

/** Batches of one. */
async function fourUnderWay(): Promise<void> {
  for (let batch = 0; batch < 4; batch += 1) {
    pushAll(1, batch);
    await clock.settle();
  }
}

test('up to four batches are under way at once, in their order; the fifth goes as soon as one is acknowledged', async () => {
  const outcomes = pushAll(450);
  await clock.settle();
  expect(pushed().map(({ seq, commands }) => [seq, commands.length])).toEqual([1, 2, 3, 4].map((seq) => [seq, 100]));
  queue.acknowledged({ t: 'ack', seq: 1, failed: [] });
  await clock.settle();
  expect(sizes()).toEqual([100, 100, 100, 100, 50]);
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(100);
});

test('a server that answers nothing is sent 16 batches and no more; the rest waits for an answer', async () => {
  queue = new PushQueue({ clock, meters, batchSize: 100, flushIntervalMs: 100 });
  queue.linked(new Outgoing(link, meters));
  const outcomes = pushAll(3_000);
  for (let step = 0; step < 90; step += 1) await clock.advance(100);
  expect(sizes()).toHaveLength(16);
  queue.end('the agent stops');
  await clock.settle();
  expect(new Set(outcomes)).toEqual(new Set(['UNREACHABLE']));
  expect(clock.pendingTimers).toBe(0);
});

test('defect 29: a batch that is not answered holds up the next for the flush interval, and no longer', async () => {
  await fourUnderWay();
  const behind = pushAll(150);
  await clock.advance(999);
  expect(sizes()).toEqual([1, 1, 1, 1]);
  await clock.advance(1);
  expect(sizes()).toEqual([1, 1, 1, 1, 100]);
  await clock.advance(1_000);
  expect(sizes()).toEqual([1, 1, 1, 1, 100, 50]);
  queue.acknowledged({ t: 'ack', seq: 6, failed: [] });
  await clock.settle();
  expect(behind.filter((outcome) => outcome === 'done')).toHaveLength(50);
});

test('each push has its own answer, by its place', async () => {
  const outcomes = pushAll(3);
  await clock.settle();
  queue.acknowledged({ t: 'ack', seq: 1, failed: [[1, { code: 'REJECTED', message: 'no', status: 500 }]] });
  await clock.settle();
  expect(outcomes).toEqual(['done', 'REJECTED', 'done']);
});

test('a push without an answer for 10 s fails, and its late acknowledgement means nothing', async () => {
  const outcomes = pushAll(1);
  await clock.advance(9_999);
  expect(outcomes).toEqual(['open']);
  await clock.advance(1);
  expect(outcomes).toEqual(['UNREACHABLE']);
  queue.acknowledged({ t: 'ack', seq: 1, failed: [] });
  queue.acknowledged({ t: 'ack', seq: 77, failed: [[5, { code: 'REJECTED', message: 'no', status: 500 }]] });
  expect(meters.pendingPushes).toBe(0);
});

/** The link breaks, and another comes up. */
function relink(): ScriptedLink {
  queue.unlinked('cut');
  const next = new ScriptedLink();
  queue.linked(new Outgoing(next, meters));
  return next;
}

test('batches under way go first on the next link, as they were and in their order; what was not sent is given back', async () => {
  const first = pushAll(100);
  await clock.settle();
  const second = pushAll(350, 100);
  await clock.settle();
  const sent = pushed().map((frame) => frame);
  expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  const next = relink();
  expect(next.frames).toEqual(sent);
  await clock.settle();
  expect(second.slice(300), 'and what waited').toEqual(Array.from({ length: 50 }, () => 'UNREACHABLE'));
  expect(meters.pendingPushes).toBe(400);
  const newer = pushAll(1);
  queue.acknowledged({ t: 'ack', seq: 1, failed: [] });
  queue.acknowledged({ t: 'ack', seq: 2, failed: [[0, { code: 'REJECTED', message: 'no', status: 500 }]] });
  for (const seq of [3, 4]) queue.acknowledged({ t: 'ack', seq, failed: [] });
  await clock.settle();
  expect(new Set(first)).toEqual(new Set(['done']));
  expect(second.slice(0, 2)).toEqual(['REJECTED', 'done']);
  expect(next.frames.at(-1)).toMatchObject({ t: 'push', seq: 5, commands: [{ serviceId: 's0' }] });
  queue.acknowledged({ t: 'ack', seq: 5, failed: [] });
  await clock.settle();
  expect(newer).toEqual(['done']);
  expect([meters.pendingPushes, clock.pendingTimers]).toEqual([0, 0]);
});

test('a batch has 10 s over all its links; what is given up is not sent again', async () => {
  const outcomes = pushAll(1);
  await clock.advance(6_000);
  expect(relink().has('push')).toBe(true);
  await clock.advance(3_999);
  expect(outcomes).toEqual(['open']);
  queue.unlinked('cut again');
  await clock.advance(1);
  expect(outcomes).toEqual(['UNREACHABLE']);
  expect(relink().frames).toEqual([]);
});

test('while no link is up nothing is taken', async () => {
  queue.unlinked('cut');
  expect(meters.pendingPushes).toBe(0);
  const outcomes = pushAll(1);
  await clock.settle();
  expect(outcomes).toEqual(['NO_SERVERS']);
  expect(relink().frames).toEqual([]);
});

test('one registration that no link carries is refused alone; its neighbours are sent', async () => {
  const outcomes = pushAll(3);
  const giant = { ...command('giant'), node: 'x'.repeat(33 * 1_048_576) };
  let refusal: unknown;
  queue.push(giant).catch((error: unknown) => {
    refusal = error;
  });
  await clock.settle();
  for (const { seq: sent } of pushed()) queue.acknowledged({ t: 'ack', seq: sent, failed: [] });
  await clock.settle();
  expect(refusal).toMatchObject({ code: 'TOO_LARGE' });
  expect(outcomes).toEqual(['done', 'done', 'done']);
});
