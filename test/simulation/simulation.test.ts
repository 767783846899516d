/** A failing seed is a reproduction: put it into SEEDS. */
import { expect, test } from 'vitest';
import { Client } from './client.ts';
import { Referee } from './referee.ts';
import { type Actor, Simulation } from './simulation.ts';
import { trouble } from './trouble.ts';

const SEEDS = [1, 2, 3, 4, 5];
const DURATION_MS = 120_000;

/** Once all is calm: everything that was acknowledged is there, and the catalog says what the agent was told. */
function reckoning(clients: readonly Client[], referee: Referee): Actor {
  return async (simulation) => {
    const count = await simulation.send('referee', 'GET /v1/kv/count?raw');
    referee.totalIs(Number(count?.text));
    const web = await simulation.send('referee', 'GET /v1/catalog/service/web');
    const registered = web?.json<{ ServiceID: string }[]>().map(({ ServiceID }) => ServiceID);
    const local = (await simulation.send('referee', 'GET /v1/agent/services'))?.json<Record<string, unknown>>() ?? {};
    expect(registered).toEqual(Object.keys(local).sort());
    for (const { isRegistered, serviceId } of clients) {
      if (isRegistered !== undefined) expect(registered?.includes(serviceId), serviceId).toBe(isRegistered);
    }
    expect((await simulation.send('referee', 'GET /v1/session/list'))?.text).toBe('[]');
  };
}

async function play(seed: number): Promise<Simulation> {
  const simulation = new Simulation(seed);
  const referee = new Referee();
  const clients = ['alice', 'bob'].map((name) => new Client(name, simulation, referee));
  const actors: Actor[] = clients.map((client) => (_, endMs) => client.run(endMs));
  await simulation.run(DURATION_MS, [...actors, trouble(simulation.dice(), clients)], reckoning(clients, referee));
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
