import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeSyncTarget } from '../testing/fake-sync-target.ts';
import { Outbox } from './outbox.ts';
import { Pusher } from './pusher.ts';
import { Registry } from './registry.ts';

const NODE = { id: 'node-id-1', name: 'edge-1', address: '10.0.0.1', taggedAddresses: undefined, meta: {}, locality: undefined };

/** Counts rounds: how many were made, and how many at one time. */
function countingPusher(clock: FakeClock): { pusher: Pusher; rounds: { made: number; running: number; most: number } } {
  const rounds = { made: 0, running: 0, most: 0 };
  const prepare = async (): Promise<void> => {
    rounds.made += 1;
    rounds.running += 1;
    rounds.most = Math.max(rounds.most, rounds.running);
    await clock.sleep(10);
    rounds.running -= 1;
  };
  const pusher = new Pusher({
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
    target: new FakeSyncTarget(),
    outbox: new Outbox(NODE, new Registry({ nodeName: NODE.name, nodeId: NODE.id })),
    prepare,
    refused: () => false,
    canPush: () => true,
  });
  return { pusher, rounds };
}

test('Whoever flushes at the very end of a round gets the one that is queued, and no second one beside it', async () => {
  const clock = new FakeClock();
  const { pusher, rounds } = countingPusher(clock);
  const first = pusher.flush();
  const third = first.then(() => pusher.flush());
  const second = pusher.flush();
  await clock.advance(1_000);
  await Promise.all([first, second, third]);
  expect(rounds).toEqual({ made: 2, running: 0, most: 1 });
});

test('When the servers are gone, sixteen tries make sixteen writes, however many wait', async () => {
  const clock = new FakeClock();
  const outbox = new Outbox(NODE, new Registry({ nodeName: NODE.name, nodeId: NODE.id }));
  for (let n = 0; n < 1_000; n++) outbox.markService(`web-${n}`, 'put');
  let made = 0;
  const puts = outbox.puts.bind(outbox);
  outbox.puts = function* (only) {
    for (const push of puts(only)) {
      made += 1;
      yield push;
    }
  };
  const target = new FakeSyncTarget();
  target.before = () => {
    throw new KonsulError('NO_LEADER', 'gone');
  };
  const pusher = new Pusher({
    ...{ clock, random: new SeededRandom(1), logger: silentLogger, target, outbox },
    prepare: async () => {},
    refused: () => false,
    canPush: () => true,
  });
  await pusher.flush();
  expect([made, outbox.size]).toEqual([16, 1_000]);
  await pusher.stop();
});
