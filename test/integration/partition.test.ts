/** The link between an agent and its server is cut, stalled and left half open, by a proxy between real processes; and servers die. */
import { afterEach, expect } from 'vitest';
import { freshnessOf, healthOf, idsOf, QUICK_LINK, register, untilIds } from './cluster.ts';
import type { KonsulOptions, KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { waitUntil } from './wait-until.ts';

/** No answer of an agent that is cut off may take longer: a refresh deadline, and room for a loaded machine. */
const QUICK_MS = 3_000;

const proxies: TcpProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

interface Divided {
  readonly server: KonsulProcess;
  /** Behind the proxy. */
  readonly far: KonsulProcess;
  readonly near: KonsulProcess;
  readonly proxy: TcpProxy;
}

async function divided(start: (options?: KonsulOptions) => Promise<KonsulProcess>): Promise<Divided> {
  const server = await start({ nodeName: 'n0', config: QUICK_LINK });
  const proxy = await TcpProxy.open(server.joinPort);
  proxies.push(proxy);
  const far = await start({ nodeName: 'far', joins: [proxy.port], config: QUICK_LINK });
  const near = await start({ nodeName: 'near', joins: [server.joinPort], config: QUICK_LINK });
  return { server, far, near, proxy };
}

const untilFreshness = (process: KonsulProcess, service: string, wanted: string): Promise<unknown> =>
  waitUntil(async () => (await freshnessOf(process, service)) === wanted, { what: `${service} to be ${wanted}`, timeoutMs: 20_000 });

test('cut off, an agent answers what it holds with its age, refuses the rest quickly, registers, and heals without flapping', {
  timeout: 180_000,
}, async ({ start }) => {
  const { server, far, near, proxy } = await divided(start);
  await register(near, { Name: 'web', ID: 'web-1', Check: { TTL: '5m', Status: 'passing' } });
  await register(far, { Name: 'db', ID: 'db-1', Check: { TTL: '5m', Status: 'passing' } });
  await untilIds(far, 'web', ['web-1']);
  await far.call('/v1/kv/none');
  const before = (await server.call('/v1/health/service/db')).json<{ Checks: { ModifyIndex: number }[] }[]>();

  proxy.cut();
  await untilFreshness(far, 'web', 'link-down');
  const ages: number[] = [];
  for (let n = 0; n < 4; n++) {
    const reply = await far.call('/v1/health/service/web');
    expect(reply.json<unknown[]>()).toHaveLength(1);
    expect(reply.headers).toMatchObject({ 'x-cache': 'HIT', 'x-consul-knownleader': 'false' });
    expect(String(reply.headers['x-konsul-freshness'])).toMatch(/^stale; since=\d{4}-\d\d-\d\dT.*Z; reason=link-down$/);
    ages.push(Number(reply.headers['x-consul-lastcontact']));
  }
  expect(ages).toEqual([...ages].sort((a, b) => a - b));
  expect(ages.at(-1)).toBeGreaterThan(ages[0] as number);

  const startedMs = performance.now();
  const unknown = await far.call('/v1/health/service/never-asked');
  const put = await far.put('/v1/kv/x', 'y');
  const consistent = await far.call('/v1/health/service/web?consistent');
  const strict = await far.call('/v1/health/service/web', { headers: { 'Cache-Control': 'must-revalidate' } });
  expect([unknown, put, consistent, strict].map(({ status }) => status)).toEqual([500, 500, 500, 500]);
  for (const { text } of [unknown, put, consistent]) expect(text).toContain('No known Consul servers');
  expect(performance.now() - startedMs).toBeLessThan(4 * QUICK_MS);

  await register(far, { Name: 'late', ID: 'late-1' });
  expect((await far.put('/v1/agent/service/register?wait=synced', { Name: 'late', ID: 'late-2' })).status).toBe(504);
  await register(near, { Name: 'web', ID: 'web-2' });
  expect(await idsOf(far, 'web')).toEqual(['web-1']);

  proxy.heal();
  await untilIds(far, 'web', ['web-1', 'web-2'], 20_000);
  for (const each of [server, near, far]) await untilIds(each, 'late', ['late-1', 'late-2'], 20_000);
  await untilFreshness(far, 'web', 'live');
  const after = (await server.call('/v1/health/service/db')).json<typeof before>();
  expect(after, 'no check of the cut-off node may have moved').toEqual(before);
});

test.for(['stall', 'halfOpen'] as const)(
  'a link that is silent (%s) is noticed, and its agent says so, and comes back',
  {
    timeout: 180_000,
  },
  async (kind, { start }) => {
    const { far, near, proxy } = await divided(start);
    await register(near, { Name: 'web', ID: 'web-1' });
    await untilIds(far, 'web', ['web-1']);
    proxy[kind]();
    await untilFreshness(far, 'web', 'link-down');
    expect(await idsOf(far, 'web')).toEqual(['web-1']);
    await register(near, { Name: 'web', ID: 'web-2' });
    proxy.heal();
    await untilIds(far, 'web', ['web-1', 'web-2'], 30_000);
    await untilFreshness(far, 'web', 'live');
  },
);

test('a server that dies while programs register loses and doubles nothing', { timeout: 180_000 }, async ({ start }) => {
  const { server, near } = await divided(start);
  const ids: string[] = [];
  for (let n = 0; n < 300; n++) {
    ids.push(`job-${n}`);
    await register(near, { Name: 'job', ID: `job-${n}` }, '?wait=disk');
    if (n === 100) await server.kill();
    if (n === 200) await server.startAgain();
  }
  await untilIds(server, 'job', ids, 60_000);
  await untilIds(near, 'job', ids, 60_000);
  expect((await server.call('/v1/catalog/service/job')).json<unknown[]>()).toHaveLength(300);
});

test('both die at once, and nothing that was acknowledged is missing when they are back', { timeout: 180_000 }, async ({ start }) => {
  const { server, near } = await divided(start);
  await register(near, { Name: 'web', ID: 'web-1' });
  await server.put('/v1/kv/a', '1');
  await register(near, { Name: 'web', ID: 'web-2' }, '?wait=disk');
  await Promise.all([server.kill(), near.kill()]);
  await server.startAgain();
  await near.startAgain();
  for (const each of [server, near]) await untilIds(each, 'web', ['web-1', 'web-2'], 30_000);
  expect((await near.call('/v1/kv/a?raw')).text).toBe('1');
});

test('a server that comes back empty is filled again by its agents, and nobody was told that a healthy service is gone', {
  timeout: 240_000,
}, async ({ start }) => {
  const { server, near, far } = await divided(start);
  const ids = ['web-1', 'web-2', 'web-3', 'web-4'];
  for (const ID of ids) await register(near, { Name: 'web', ID });
  await untilIds(far, 'web', ids);
  const cas = (await far.put('/v1/kv/a', '1')) && (await far.call('/v1/kv/a')).json<{ ModifyIndex: number }[]>()[0]?.ModifyIndex;

  let empty = 0;
  let isOver = false;
  const reader = (async () => {
    while (!isOver) if ((await healthOf(far, 'web')).length === 0) empty += 1;
  })();
  await server.kill();
  server.forgetData();
  await server.startAgain();
  await untilIds(server, 'web', ids, 60_000);
  await untilFreshness(far, 'web', 'live');
  isOver = true;
  await reader;
  expect(empty).toBe(0);
  await untilIds(far, 'web', ids);
  expect((await far.call(`/v1/kv/a?cas=${cas}`, { method: 'PUT', body: '2' })).text, 'an index of another store').toBe('false');
});
