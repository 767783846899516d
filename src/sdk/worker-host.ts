/**
 * The agent's side of worker threads: serves its cache over a link for each, so that every thread has a cache of its own and nothing is
 * shared. Tells them when its own views are not live, so that a worker passes nothing stale off as live.
 */
import type { AgentBackend } from '../agent/agent-backend.ts';
import type { Cache } from '../cache/cache.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import { silentLogger } from '../runtime/logger.ts';
import { PortTransport } from '../runtime/port-link.ts';
import { portPair, type ThreadPort } from '../runtime/port-pair.ts';
import type { Random } from '../runtime/random.ts';
import { encodeFrame } from '../sync/codec.ts';
import type { Upstream } from '../sync/frames.ts';
import type { Admission, LinkHost } from '../sync/link-host.ts';
import { LinkServer } from '../sync/link-server.ts';
import type { Freshness, Relay } from '../topics/backend.ts';
import { WORKER_ADDRESS, type WorkerGreeting } from './worker-greeting.ts';

export interface WorkerHostOptions {
  readonly agent: { readonly cache: Cache; readonly backend: AgentBackend };
  readonly config: AgentConfig;
  readonly relay: Relay;
  readonly clock: Clock;
  readonly random: Random;
}

/** How soon workers learn that the agent's views are not live any more. Runs while there are workers. */
const LOOK_MS = 1_000;

export class WorkerHost {
  readonly #options: WorkerHostOptions;
  readonly #ports = new Set<ThreadPort>();
  /** Links that were let in, with what each was told last. */
  readonly #told = new Map<Link, boolean>();
  #timer: Timer | undefined;

  constructor(options: WorkerHostOptions) {
    this.#options = options;
  }

  /** A port for one worker, to be transferred to it. */
  open(): ThreadPort {
    const { clock, config } = this.#options;
    const { near, far } = portPair();
    near.postMessage({ datacenter: config.datacenter, heartbeatMs: config.link.heartbeatMs } satisfies WorkerGreeting);
    const transport = new PortTransport({ port: near, clock });
    void transport.listen(WORKER_ADDRESS, (link) => this.#serve(link));
    this.#ports.add(near);
    near.once('close', () => this.#ports.delete(near));
    return far;
  }

  /** Ends all links; workers see it. */
  close(): void {
    this.#timer?.cancel();
    for (const link of this.#told.keys()) link.close('the agent stops');
    for (const port of this.#ports) port.close();
  }

  /** A server of its own for each link: workers are few, and none has a node that another could replace. */
  #serve(link: Link): void {
    const { clock, random, config } = this.#options;
    const server = new LinkServer({
      host: this.#hostFor(link),
      clock,
      random,
      logger: silentLogger,
      settings: {
        datacenter: config.datacenter,
        encryptKey: undefined,
        allowsRemotePeers: true,
        heartbeatMs: config.link.heartbeatMs,
        serverName: config.nodeName,
        serverAddress: WORKER_ADDRESS,
      },
    });
    server.accept(link);
  }

  #hostFor(link: Link): LinkHost {
    const { agent, relay } = this.#options;
    const { cache, backend } = agent;
    return {
      views: {
        get lineage() {
          return cache.lineage;
        },
        get index() {
          return cache.index;
        },
        read: (topic, key) => cache.read(topic, key),
        wait: (topic, key, wake) => cache.watch(topic, key, wake),
      },
      submit: (command) => backend.submit(command),
      relay,
      fetchNode: () => {
        throw new KonsulError('REJECTED', 'a worker thread has no node of its own');
      },
      admit: async () => this.#admit(link),
    };
  }

  #admit(link: Link): Admission {
    const end = (): void => {
      this.#told.delete(link);
    };
    return {
      // From its first frame on it knows that it was let in: before, it takes no news.
      heard: () => {
        if (!this.#told.has(link)) this.#begin(link);
      },
      lost: end,
      leave: async () => end(),
    };
  }

  #begin(link: Link): void {
    this.#told.set(link, true);
    this.#tell(link);
    this.#timer ??= this.#options.clock.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    for (const link of this.#told.keys()) this.#tell(link);
    this.#timer = this.#told.size === 0 ? undefined : this.#options.clock.after(LOOK_MS, () => this.#look());
  }

  #tell(link: Link): void {
    const freshness = this.#options.agent.cache.freshness();
    if (freshness.isLive === this.#told.get(link)) return;
    this.#told.set(link, freshness.isLive);
    link.send(encodeFrame(upstreamOf(freshness)));
  }
}

const upstreamOf = (freshness: Freshness): Upstream =>
  freshness.isLive
    ? { t: 'upstream', isLive: true, ageMs: 0, reason: '' }
    : { t: 'upstream', isLive: false, ageMs: freshness.ageMs, reason: freshness.reason };
