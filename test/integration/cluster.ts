/** A real server and real client agents of it on loopback, each as a node of its own; and what tests ask of them again and again. */
import type { KonsulOptions, KonsulProcess } from './konsul-process.ts';
import { waitUntil } from './wait-until.ts';

export interface Cluster {
  readonly server: KonsulProcess;
  readonly agents: readonly KonsulProcess[];
}

type Start = (options?: KonsulOptions) => Promise<KonsulProcess>;

/** Heartbeats ten times as fast as by default, so that silence shows soon; reconnects at once; room for bursts; metrics to look at. */
export const QUICK_LINK: Readonly<Record<string, unknown>> = {
  sync: { heartbeat: '1s' },
  retry_interval: '1s',
  limits: { http_max_conns_per_client: 5_000 },
  telemetry: { prometheus_retention_time: '1m' },
};

/** `n0` is the server; `a1`, `a2`, … are agents that join at `joinPort`, by default the server's. */
export async function startCluster(start: Start, agentCount: number, more: KonsulOptions = {}): Promise<Cluster> {
  const server = await start({ nodeName: 'n0', config: QUICK_LINK });
  const names = Array.from({ length: agentCount }, (_, i) => `a${i + 1}`);
  const agents = await Promise.all(names.map((nodeName) => start({ nodeName, joins: [server.joinPort], config: QUICK_LINK, ...more })));
  return { server, agents };
}

/** What a program on a node talks to: a server, or an agent of one. */
export async function startDoor(start: Start, door: 'server' | 'agent', nodeName = 'n1'): Promise<KonsulProcess> {
  if (door === 'server') return start({ dev: true, nodeName });
  const server = await start({ dev: true, nodeName: 'n0' });
  return start({ nodeName, joins: [server.joinPort] });
}

export interface Entry {
  readonly Node: { readonly Node: string };
  readonly Service: { readonly ID: string; readonly Port: number };
  readonly Checks: readonly { readonly CheckID: string; readonly Status: string }[];
}

export async function healthOf(process: KonsulProcess, service: string, query = ''): Promise<readonly Entry[]> {
  const reply = await process.call(`/v1/health/service/${service}${query}`);
  if (reply.status !== 200) throw new Error(`health of ${service}: ${reply.status} ${reply.text}`);
  return reply.json<Entry[]>();
}

export const idsOf = async (process: KonsulProcess, service: string): Promise<readonly string[]> =>
  (await healthOf(process, service)).map(({ Service }) => Service.ID).sort();

/** Throws unless it was accepted. */
export async function register(process: KonsulProcess, definition: object, query = ''): Promise<void> {
  const reply = await process.put(`/v1/agent/service/register${query}`, definition);
  if (reply.status !== 200) throw new Error(`register: ${reply.status} ${reply.text}`);
}

/** Resolves once the process answers exactly these instances. */
export async function untilIds(process: KonsulProcess, service: string, ids: readonly string[], timeoutMs = 10_000): Promise<void> {
  const wanted = JSON.stringify([...ids].sort());
  await waitUntil(async () => JSON.stringify(await idsOf(process, service)) === wanted, {
    what: `${service} to be ${ids.length < 10 ? wanted : `${ids.length} instances`}`,
    timeoutMs,
  });
}

/** `live`, or the reason why not. */
export async function freshnessOf(process: KonsulProcess, service: string): Promise<string> {
  const { headers } = await process.call(`/v1/health/service/${service}`);
  const shown = String(headers['x-konsul-freshness'] ?? '');
  return /reason=([^;]+)/.exec(shown)?.[1] ?? shown;
}
