/**
 * Konsul in half a minute: a server, two agents, three web services, look-ups, a failure, a setting that changes, a cable that is cut.
 * Run it with `npm run demo`; it ends by itself. With KONSUL_DEMO_URL it talks to a server that runs already, and leaves the agents out.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Cable, layCable } from './cable.ts';
import { type DemoProcess, startAgent, startServer } from './processes.ts';
import { bold, dim, done, green, measured, red, say, step } from './terminal.ts';
import { startWebService, type WebService } from './web-service.ts';

const SERVICE = 'shop';
const LOOK_UPS = 200;

interface Entry {
  readonly Service: { readonly ID: string; readonly Address: string; readonly Port: number };
}

interface Setting {
  readonly value: string;
  readonly index: string;
}

async function put(server: DemoProcess, path: string, body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(server.url + path, { method: 'PUT', body: text });
  if (!reply.ok) throw new Error(`PUT ${path}: ${reply.status} ${await reply.text()}`);
}

/** The passing instances; with `index`, as soon as they differ from the answer that had it. */
async function lookUp(server: DemoProcess, index = '0'): Promise<{ readonly entries: readonly Entry[]; readonly index: string }> {
  const reply = await fetch(`${server.url}/v1/health/service/${SERVICE}?passing&index=${index}&wait=20s`);
  return { entries: (await reply.json()) as Entry[], index: reply.headers.get('x-consul-index') ?? '0' };
}

/** Blocking look-ups until `count` instances pass. */
async function until(server: DemoProcess, count: number): Promise<void> {
  let found = await lookUp(server);
  while (found.entries.length !== count) found = await lookUp(server, found.index);
}

async function setting(server: DemoProcess, index = '0'): Promise<Setting> {
  const reply = await fetch(`${server.url}/v1/kv/${SERVICE}/banner?raw&index=${index}&wait=20s`);
  return { value: await reply.text(), index: reply.headers.get('x-consul-index') ?? '0' };
}

async function registerAll(server: DemoProcess, services: readonly WebService[]): Promise<void> {
  step('Three small web services register themselves, each with an HTTP check every second');
  for (const { id, port } of services) {
    const check = { HTTP: `http://127.0.0.1:${port}/healthy`, Interval: '1s', Timeout: '500ms' };
    await put(server, '/v1/agent/service/register', { Name: SERVICE, ID: id, Address: '127.0.0.1', Port: port, Check: check });
    say(`registered ${bold(id)} on port ${port}`);
  }
  measured('until all three passed their checks', await timed(() => until(server, services.length)));
}

async function callThem(server: DemoProcess): Promise<void> {
  step('A client asks where the shop is, and calls every instance');
  const { entries } = await lookUp(server);
  for (const { Service } of entries) {
    const reply = await fetch(`http://${Service.Address}:${Service.Port}/`);
    say(`${Service.ID} says ${green(await reply.text())}`);
  }
  const lookUpsMs: number[] = [];
  for (let n = 0; n < LOOK_UPS; n++) lookUpsMs.push(await timed(() => lookUp(server)));
  measured(`a look-up over HTTP (median of ${LOOK_UPS})`, lookUpsMs.sort((a, b) => a - b)[LOOK_UPS / 2] as number);
}

async function killOne(server: DemoProcess, victim: WebService): Promise<void> {
  step(`${victim.id} dies`);
  const before = await lookUp(server);
  await victim.stop();
  say(red(`${victim.id} has stopped`));
  const tookMs = await timed(() => until(server, before.entries.length - 1));
  const left = (await lookUp(server)).entries.map((entry) => entry.Service.ID);
  say(`the answer is now ${green(left.sort().join(', '))}`);
  measured('until it had left the answers', tookMs);
}

async function watchSetting(server: DemoProcess): Promise<void> {
  step('A client waits for a setting to change, without polling');
  await put(server, `/v1/kv/${SERVICE}/banner`, 'Welcome');
  const before = await setting(server);
  say(`${SERVICE}/banner is ${bold(before.value)} at index ${before.index}; waiting`);
  const waiting = setting(server, before.index);
  await settingWaits(server);
  const startedMs = performance.now();
  await put(server, `/v1/kv/${SERVICE}/banner`, 'Sale today!');
  const after = await waiting;
  say(`woken: ${green(after.value)} at index ${after.index}`);
  measured('from the write to the waiting client', performance.now() - startedMs);
}

/** The server has read the waiting request once it has answered a later one. */
async function settingWaits(server: DemoProcess): Promise<void> {
  for (let n = 0; n < 5; n++) await (await fetch(`${server.url}/v1/status/leader`)).text();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** The agent goes on answering while nobody can tell it anything new, and says so. */
async function cutCable(agents: Agents): Promise<void> {
  const { near, far, cable } = agents;
  step('The cable between one agent and the server is cut');
  await lookUp(far);
  cable.cut();
  await untilFreshness(far, /^stale/);
  say(
    `the cut-off agent still knows ${green(String((await lookUp(far)).entries.length))} instances, and says: ${red(await freshness(far))}`,
  );
  await put(far, '/v1/agent/service/register', { Name: 'till', Port: 9 });
  say('a program registers with it all the same: accepted, and on its disk');
  await put(near, `/v1/kv/${SERVICE}/banner`, 'Closed');
  step('The cable is mended');
  cable.mend();
  const tookMs = await timed(() => untilFreshness(far, /^live/));
  say(`it says ${green(await freshness(far))}, and ${SERVICE}/banner is ${green((await setting(far)).value)}`);
  const till = async (): Promise<boolean> =>
    ((await (await fetch(`${near.url}/v1/catalog/service/till`)).json()) as unknown[]).length === 1;
  measured('until both sides agreed again', tookMs + (await timed(() => eventually(till))));
  say(`the other agent has found ${green('till')}, which was registered in the dark`);
}

async function freshness(agent: DemoProcess): Promise<string> {
  const reply = await fetch(`${agent.url}/v1/health/service/${SERVICE}?passing`);
  await reply.text();
  return reply.headers.get('x-konsul-freshness') ?? '';
}

const untilFreshness = (agent: DemoProcess, wanted: RegExp): Promise<void> => eventually(async () => wanted.test(await freshness(agent)));

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(5);
}

interface Agents {
  readonly near: DemoProcess;
  readonly far: DemoProcess;
  readonly cable: Cable;
}

async function startAgents(server: DemoProcess): Promise<Agents> {
  const cable = await layCable(server.linkPort);
  const [near, far] = await Promise.all([startAgent('agent-1', server.linkPort), startAgent('agent-2', cable.port)]);
  return { near, far, cable };
}

async function main(): Promise<void> {
  const runningUrl = process.env.KONSUL_DEMO_URL;
  step(runningUrl === undefined ? 'A server starts, and an agent on each of two nodes' : 'A server is there');
  const startedMs = performance.now();
  const server = await startServer(runningUrl);
  measured('from start to first answer', performance.now() - startedMs);
  const agents = runningUrl === undefined ? await startAgents(server) : undefined;
  const here = agents?.near ?? server;
  const there = agents?.far ?? server;
  say(
    `the programs of one node ask ${bold(here.url)}, those of the other ${bold(there.url)} ${dim('(Consul’s HTTP API: any Consul client works)')}`,
  );
  const services = await Promise.all(['shop-1', 'shop-2', 'shop-3'].map(startWebService));
  try {
    await registerAll(here, services);
    await callThem(there);
    await killOne(there, services[1] as WebService);
    await watchSetting(there);
    if (agents !== undefined) await cutCable(agents);
    for (const { id } of services) await put(here, `/v1/agent/service/deregister/${id}`, '');
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await Promise.all([agents?.near.stop(), agents?.far.stop()]);
    await agents?.cable.close();
    await server.stop();
  }
  done();
}

await main();
