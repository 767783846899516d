import { expect, test } from 'vitest';
import { Election } from './election.ts';
import type { Leadership } from './engine.ts';

function newElection(): {
  readonly election: Election;
  readonly campaign: (address: string, signal?: AbortSignal, owner?: object) => Promise<Leadership>;
} {
  const election = new Election(() => 7);
  const campaign = (address: string, signal = new AbortController().signal, owner: object = {}): Promise<Leadership> =>
    election.campaign({ owner, address, signal });
  return { election, campaign };
}

test('candidates lead in the order in which they came', async () => {
  const { election, campaign } = newElection();
  const waiting = ['a', 'b', 'c'].map((address) => campaign(address));
  const leaders: (string | undefined)[] = [];
  for (const next of waiting) {
    const term = await next;
    leaders.push(election.leader);
    await term.resign();
  }
  expect(leaders).toEqual(['a', 'b', 'c']);
  expect(election.leader).toBeUndefined();
});

test('a leadership begins at the index of that moment', async () => {
  expect((await newElection().campaign('a')).index).toBe(7);
});

test('resigning twice, or after being deposed, takes nothing from the next leader', async () => {
  const { election, campaign } = newElection();
  const first = await campaign('a');
  const second = campaign('b');
  election.depose('cut off');
  await first.resign();
  expect(await first.lost).toBe('cut off');
  expect(election.leader).toBe('b');
  election.assertHolds(await second);
  expect(() => election.assertHolds(first)).toThrow('No cluster leader');
});

test('a signal that has aborted before, or aborts while waiting, calls the campaign off', async () => {
  const { election, campaign } = newElection();
  await expect(campaign('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  const leader = await campaign('b');
  const giveUp = new AbortController();
  const waiting = campaign('c', giveUp.signal);
  giveUp.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await leader.resign();
  expect(election.leader).toBeUndefined();
});

test('a signal that aborts after the campaign was won changes nothing', async () => {
  const { election, campaign } = newElection();
  const signal = new AbortController();
  const leader = await campaign('a', signal.signal);
  signal.abort();
  election.assertHolds(leader);
});

test('an owner that withdraws loses its leadership and its place in the line', async () => {
  const { election, campaign } = newElection();
  const owner = {};
  const signal = new AbortController().signal;
  const leader = await campaign('a', signal, owner);
  const own = campaign('a2', signal, owner);
  const other = campaign('b');
  election.withdraw(owner, 'closed');
  await expect(own).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(await leader.lost).toBe('closed');
  await other;
  expect(election.leader).toBe('b');
});
