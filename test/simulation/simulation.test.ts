/** A failing seed is a reproduction: put it into SEEDS. */
import { expect, test } from 'vitest';
import { Client } from './client.ts';
import { Referee } from './referee.ts';
import { type Actor, Simulation } from './simulation.ts';

const SEEDS = [1, 2, 3, 4, 5];
const DURATION_MS = 120_000;

/** Fails a commit now and then, and restarts the server on its store and disk. */
function trouble(dice: () => number): Actor {
  return async (simulation, endMs) => {
    while (simulation.clock.nowMs() < endMs) {
      await simulation.clock.sleep(dice() * 8_000);
      if (dice() < 0.8) simulation.store.failNext('commit');
      else {
        await simulation.stopServer();
        await simulation.clock.sleep(dice() * 2_000);
        await simulation.startServer();
      }
    }
  };
}

/** Once all is calm: everything that was acknowledged is there, and the catalog says what the agent was told. */
function reckoning(clients: readonly Client[], referee: Referee): Actor {
  return async (simulation) => {
    const count = await simulation.send('referee', 'GET /v1/kv/count?raw');
    expect(Number(count?.text)).toBe(referee.count);
    const web = await simulation.send('referee', 'GET /v1/catalog/service/web');
    const registered = web?.json<{ ServiceID: string }[]>().map(({ ServiceID }) => ServiceID);
    expect(registered).toEqual(clients.filter(({ isRegistered }) => isRegistered).map(({ serviceId }) => serviceId));
    expect((await simulation.send('referee', 'GET /v1/session/list'))?.text).toBe('[]');
  };
}

async function play(seed: number): Promise<Simulation> {
  const simulation = new Simulation(seed);
  const referee = new Referee();
  const clients = ['alice', 'bob'].map((name) => new Client(name, simulation, referee));
  const actors: Actor[] = clients.map((client) => (_, endMs) => client.run(endMs));
  await simulation.run(DURATION_MS, [...actors, trouble(simulation.dice())], reckoning(clients, referee));
  return simulation;
}

test.each(SEEDS)('With seed %i every promise holds', async (seed) => {
  const { events } = await play(seed);
  expect(events.length).toBeGreaterThan(200);
});

test('The same seed gives the same run, event for event; another seed gives another', async () => {
  const [first, again, other] = [await play(7), await play(7), await play(8)];
  expect(again.events).toEqual(first.events);
  expect(again.digest).toBe(first.digest);
  expect(other.digest).not.toBe(first.digest);
});
