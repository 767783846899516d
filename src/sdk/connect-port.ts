/** The SDK in a worker thread: a cache of its own, filled by the agent of another thread over a `MessagePort`. Nothing is shared. */
import { Cache } from '../cache/cache.ts';
import { type CacheSettings, withDefaults } from '../cache/settings.ts';
import { ApiClient } from '../client/api-client.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { type Clock, SystemClock } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/hold-process.ts';
import type { LinkTransport } from '../runtime/link.ts';
import { silentLogger } from '../runtime/logger.ts';
import { PortTransport } from '../runtime/port-link.ts';
import { firstMessage, type ThreadPort } from '../runtime/port-pair.ts';
import { type Random, SystemRandom } from '../runtime/random.ts';
import { AgentLink } from '../sync/agent-link.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { ApiViews } from './api-views.ts';
import { CacheViews } from './cache-views.ts';
import { SDK_HINTS } from './hints.ts';
import type { Konsul } from './konsul.ts';
import { KonsulCore } from './konsul-core.ts';
import { RelayTransport } from './relay-transport.ts';
import { greetingOf, WORKER_ADDRESS, type WorkerGreeting } from './worker-greeting.ts';

/** Connects to the agent at the other end of the port; resolves when there is a link to it. Throws BAD_REQUEST for another port. */
export async function connectPort(port: ThreadPort): Promise<Konsul> {
  const greeting = greetingOf(await firstMessage(port));
  const clock = new SystemClock();
  const worker = new WorkerAgent({ port, clock, random: new SystemRandom(), greeting });
  await worker.start();
  return new WorkerKonsul(worker, clock);
}

interface WorkerTools {
  readonly port: ThreadPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly greeting: WorkerGreeting;
}

/** As much of an agent as a thread needs: a cache and a link, no node and no disk. */
class WorkerAgent {
  readonly random: Random;
  readonly cache: Cache;
  readonly link: AgentLink;
  readonly #port: ThreadPort;
  /** As any open connection, it keeps its thread alive: until it is closed, or the agent's thread lets go of it. */
  readonly #letGo: () => void = holdProcess();
  #linked: () => void = () => {};

  constructor({ port, clock, random, greeting }: WorkerTools) {
    this.#port = port;
    port.once('close', this.#letGo);
    this.random = random;
    const settings = withDefaults({});
    const transport = new PortTransport({ port, clock });
    let link: AgentLink | undefined;
    const fetcher = (sink: Cache): AgentLink => {
      link = this.#linkTo(sink, { transport, clock, greeting, settings });
      return link;
    };
    this.cache = new Cache({ clock, logger: silentLogger, settings, fetcher });
    this.link = link as unknown as AgentLink;
  }

  /** Resolves when there is a link. */
  async start(): Promise<void> {
    const linked = new Promise<void>((resolve) => {
      this.#linked = resolve;
    });
    await this.link.start();
    await linked;
  }

  async stop(): Promise<void> {
    await this.link.stop();
    await this.cache.stop();
    this.#port.close();
  }

  #linkTo(sink: Cache, made: { transport: LinkTransport; clock: Clock; greeting: WorkerGreeting; settings: CacheSettings }): AgentLink {
    const { random } = this;
    const { transport, clock, greeting, settings } = made;
    return new AgentLink({
      ...{ transport, sink, clock, random, logger: silentLogger, servers: [WORKER_ADDRESS] },
      identity: { nodeId: random.uuid(), boot: 1, runId: random.uuid(), isFresh: true },
      node: () => undefined,
      settings: { ...LINK_SETTINGS, ...greeting, maxViewBytes: settings.maxViewBytes, version: KONSUL_VERSION },
      events: { linked: () => this.#linked(), unlinked: () => {}, resync: () => {}, gaveUp: () => {} },
    });
  }
}

/** Between threads nothing is far: it is tried again soon, and for ever. A worker registers nothing over the link itself. */
const LINK_SETTINGS = { mode: 'push', intervalMs: 0, batchSize: 1, flushIntervalMs: 0, retryIntervalMs: 1_000, retryMax: 0 } as const;

class WorkerKonsul extends KonsulCore {
  readonly #worker: WorkerAgent;

  constructor(worker: WorkerAgent, clock: Clock) {
    const { cache, link, random } = worker;
    const target = new RelayTransport('the agent of this process', (request) => link.relay(request), clock);
    const api = new ApiClient({ clock, target, token: '', datacenter: '', isStale: false, basicAuth: '', hints: SDK_HINTS });
    const views = new CacheViews(cache, new ApiViews(api, clock), clock);
    super({ views, health: cache.reader('all').topic(serviceHealthTopic), api, clock, random });
    this.#worker = worker;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#worker.stop();
  }
}
