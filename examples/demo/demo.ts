/**
 * Konsul in half a minute: a server, three web services, look-ups, a failure, a setting that changes. Run it with `npm run demo`; it ends by itself.
 * With KONSUL_DEMO_URL it talks to a server that runs already.
 */
import { type DemoServer, startServer } from './server.ts';
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

async function put(server: DemoServer, path: string, body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(server.url + path, { method: 'PUT', body: text });
  if (!reply.ok) throw new Error(`PUT ${path}: ${reply.status} ${await reply.text()}`);
}

/** The passing instances; with `index`, as soon as they differ from the answer that had it. */
async function lookUp(server: DemoServer, index = '0'): Promise<{ readonly entries: readonly Entry[]; readonly index: string }> {
  const reply = await fetch(`${server.url}/v1/health/service/${SERVICE}?passing&index=${index}&wait=20s`);
  return { entries: (await reply.json()) as Entry[], index: reply.headers.get('x-consul-index') ?? '0' };
}

/** Blocking look-ups until `count` instances pass. */
async function until(server: DemoServer, count: number): Promise<void> {
  let found = await lookUp(server);
  while (found.entries.length !== count) found = await lookUp(server, found.index);
}

async function setting(server: DemoServer, index = '0'): Promise<Setting> {
  const reply = await fetch(`${server.url}/v1/kv/${SERVICE}/banner?raw&index=${index}&wait=20s`);
  return { value: await reply.text(), index: reply.headers.get('x-consul-index') ?? '0' };
}

async function registerAll(server: DemoServer, services: readonly WebService[]): Promise<void> {
  step('Three small web services register themselves, each with an HTTP check every second');
  for (const { id, port } of services) {
    const check = { HTTP: `http://127.0.0.1:${port}/healthy`, Interval: '1s', Timeout: '500ms' };
    await put(server, '/v1/agent/service/register', { Name: SERVICE, ID: id, Address: '127.0.0.1', Port: port, Check: check });
    say(`registered ${bold(id)} on port ${port}`);
  }
  measured('until all three passed their checks', await timed(() => until(server, services.length)));
}

async function callThem(server: DemoServer): Promise<void> {
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

async function killOne(server: DemoServer, victim: WebService): Promise<void> {
  step(`${victim.id} dies`);
  const before = await lookUp(server);
  await victim.stop();
  say(red(`${victim.id} has stopped`));
  const tookMs = await timed(() => until(server, before.entries.length - 1));
  const left = (await lookUp(server)).entries.map((entry) => entry.Service.ID);
  say(`the answer is now ${green(left.sort().join(', '))}`);
  measured('until it had left the answers', tookMs);
}

async function watchSetting(server: DemoServer): Promise<void> {
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
async function settingWaits(server: DemoServer): Promise<void> {
  for (let n = 0; n < 5; n++) await (await fetch(`${server.url}/v1/status/leader`)).text();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

async function main(): Promise<void> {
  step('A server starts');
  const startedMs = performance.now();
  const server = await startServer(process.env.KONSUL_DEMO_URL);
  say(`it answers at ${bold(server.url)} ${dim('(Consul’s HTTP API: any Consul client works)')}`);
  measured('from start to first answer', performance.now() - startedMs);
  const services = await Promise.all(['shop-1', 'shop-2', 'shop-3'].map(startWebService));
  try {
    await registerAll(server, services);
    await callThem(server);
    await killOne(server, services[1] as WebService);
    await watchSetting(server);
    for (const { id } of services) await put(server, `/v1/agent/service/deregister/${id}`, '');
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await server.stop();
  }
  done();
}

await main();
