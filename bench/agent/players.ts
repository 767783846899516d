/** Who plays the workload: real agents, all in this process, each with a link of its own; or programs that ask the server for everything. */
import { createAgent } from '../../src/sdk/create-agent.ts';
import type { KonsulAgent } from '../../src/sdk/konsul-agent.ts';
import { RawConnection } from '../load/raw-connection.ts';
import { getRequest, putRequest } from '../load/recipes.ts';
import type { Players } from './workload.ts';

export interface PlayersOptions {
  /** Of the server's links, or of its HTTP API. */
  readonly port: number;
  readonly agents: number;
  readonly names: number;
}

const FIRST_PORT = 1_024;
const serviceOf = (name: number): string => `service-${name}`;

/** Starts the agents, and registers a service for each name, in turns. */
export async function startAgents({ port, agents: count, names }: PlayersOptions): Promise<Players> {
  const start = (n: number): Promise<KonsulAgent> =>
    createAgent({ servers: [`127.0.0.1:${port}`], nodeName: `sim-${n}`, address: '127.0.0.1', linkWaitMs: 10_000 });
  const agents = await Promise.all(Array.from({ length: count }, (_, n) => start(n)));
  const change = async (name: number, to: number): Promise<void> => {
    await (agents[name % count] as KonsulAgent).register({ name: serviceOf(name), port: to });
  };
  for (let name = 0; name < names; name += 1) await change(name, FIRST_PORT);
  return { read: (agent, name) => found(agents[agent] as KonsulAgent, name), change, close: () => closeAll(agents) };
}

function found(agent: KonsulAgent, name: number): Promise<void> | void {
  const instances = agent.health(serviceOf(name));
  if (instances instanceof Promise) return instances.then(({ length }) => assertFound(length, name));
  assertFound(instances.length, name);
}

function assertFound(count: number, name: number): void {
  if (count !== 1) throw new Error(`${serviceOf(name)} has ${count} instances`);
}

async function closeAll(agents: readonly KonsulAgent[]): Promise<void> {
  await Promise.all(agents.map((agent) => agent.close()));
}

/** A keep-alive connection for each agent that is not there, and one for changes. The same services, on the server's node. */
export async function openDirect({ port, agents, names }: PlayersOptions): Promise<Players> {
  const connections = await RawConnection.openMany(port, agents + 1);
  const writer = connections[agents] as RawConnection;
  const change = async (name: number, to: number): Promise<void> => {
    const body = JSON.stringify({ Name: serviceOf(name), Port: to });
    const { status } = await writer.request(putRequest('/v1/agent/service/register', body));
    if (status !== 200) throw new Error(`the registration was answered with ${status}`);
  };
  for (let name = 0; name < names; name += 1) await change(name, FIRST_PORT);
  const read = async (agent: number, name: number): Promise<void> => {
    const { bodyBytes } = await (connections[agent] as RawConnection).request(getRequest(`/v1/health/service/${serviceOf(name)}?passing`));
    assertFound(bodyBytes > '[]'.length ? 1 : 0, name);
  };
  const close = async (): Promise<void> => {
    for (const connection of connections) connection.close();
  };
  return { read, change, close };
}
