/** What goes wrong in a run, at random times: commits, leadership, watches and the disk fail, and the server stops, or dies. */
import { expect } from 'vitest';
import type { Client } from './client.ts';
import type { Actor, Simulation } from './simulation.ts';

const MEAN_PAUSE_MS = 4_000;
const MEAN_DOWN_MS = 1_000;
const MAX_TORN_BYTES = 64;

type Fault = () => Promise<void>;

/** Never leaves the server down, or its local log failed. `clients` are those whose registrations must survive. */
export function trouble(dice: () => number, clients: readonly Client[]): Actor {
  return async (simulation, endMs) => {
    const faults = faultsOf(simulation, dice, clients);
    while (simulation.clock.nowMs() < endMs) {
      await simulation.clock.sleep(dice() * 2 * MEAN_PAUSE_MS);
      await faults[Math.floor(dice() * faults.length)]?.();
    }
  };
}

function faultsOf(simulation: Simulation, dice: () => number, clients: readonly Client[]): Fault[] {
  const { clock, store } = simulation;
  const failCommit: Fault = async () => store.failNext('commit');
  const breakWatches: Fault = async () => simulation.breakWatches();
  const depose: Fault = async () => {
    simulation.note('store', 'leader deposed');
    store.depose();
  };
  const rise: Fault = async () => {
    await clock.sleep(dice() * 2 * MEAN_DOWN_MS);
    await startAgain(simulation);
    await expectKept(simulation, clients);
  };
  const restart: Fault = async () => {
    await simulation.stopServer();
    await rise();
  };
  const crash: Fault = async () => {
    await simulation.crashServer(Math.floor(dice() * MAX_TORN_BYTES));
    await rise();
  };
  /** What is refused from here on may be kept, by a process that stops in order, or lost. */
  const failDisk: Fault = async () => {
    simulation.note('disk', 'fails the next sync');
    simulation.disk.failNext('sync', new Error('EIO: failed by the script'));
    await clock.sleep(dice() * 2 * MEAN_PAUSE_MS);
    await (dice() < 0.5 ? restart() : crash());
  };
  return [failCommit, failCommit, failCommit, failCommit, restart, crash, crash, breakWatches, depose, failDisk];
}

/** A disk that still has a failure in store refuses the first start; a service manager tries again. */
async function startAgain(simulation: Simulation): Promise<void> {
  try {
    await simulation.startServer();
  } catch {
    simulation.note('server', 'could not start');
    await simulation.startServer();
  }
}

/** What the agent acknowledged, it has again at once, before any client repeats it. */
async function expectKept(simulation: Simulation, clients: readonly Client[]): Promise<void> {
  const known = clients.filter(({ isRegistered }) => isRegistered !== undefined);
  const wanted = known.filter(({ isRegistered }) => isRegistered).map(({ serviceId }) => serviceId);
  const reply = await simulation.send('trouble', 'GET /v1/agent/services');
  const services = reply?.json<Record<string, unknown>>() ?? {};
  const kept = known.map(({ serviceId }) => serviceId).filter((id) => services[id] !== undefined);
  expect(kept, 'registrations after a restart').toEqual(wanted);
}
