/** The agent assembly: starts the parts in order, stops them in reverse, and hands a new configuration on to them. No rules in here. */
import type { ApiContext } from '../api/context.ts';
import { openIdentity } from '../assembly/agent-identity.ts';
import { reloadApi } from '../assembly/api-side.ts';
import { type ReadyDefinitions, readDefinitions } from '../assembly/definitions.ts';
import { nodeDefinition } from '../assembly/identity.ts';
import { localSettings } from '../assembly/local-settings.ts';
import type { ProcessControl } from '../assembly/process-control.ts';
import type { Cache } from '../cache/cache.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Dispatcher } from '../http/dispatch.ts';
import type { LocalState } from '../local/local-state.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { Lifecycle, type Part } from '../runtime/lifecycle.ts';
import type { LinkTransport } from '../runtime/link.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Prober } from '../runtime/prober.ts';
import type { Random } from '../runtime/random.ts';
import type { UdpSender } from '../runtime/udp-sender.ts';
import type { AgentLink } from '../sync/agent-link.ts';
import type { AgentBackend } from './agent-backend.ts';
import { type AgentParts, connectParts } from './agent-parts.ts';

/** Everything that touches the world, handed in. */
export interface AgentTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly prober: Prober;
  readonly logger: Logger;
  /** The way to servers. */
  readonly transport: LinkTransport;
  /** A way to send datagrams to `host:port`. */
  readonly openUdp: (address: string) => UdpSender;
  /** The process around the agent; without it there is nothing to reload, and no log to watch. */
  readonly control?: ProcessControl;
}

interface Cell<T> {
  current: T;
}

export class Agent {
  readonly #lifecycle: Lifecycle;
  readonly #config: Cell<AgentConfig>;
  readonly #node: Cell<NodeDefinition>;
  readonly #parts: AgentParts;
  #watches: ReadyDefinitions['watches'];

  private constructor(
    { clock, logger }: AgentTools,
    made: { readonly config: Cell<AgentConfig>; readonly node: Cell<NodeDefinition>; readonly parts: AgentParts },
    watches: ReadyDefinitions['watches'],
  ) {
    this.#lifecycle = new Lifecycle(clock, logger.child({ component: 'agent' }));
    this.#config = made.config;
    this.#node = made.node;
    this.#parts = made.parts;
    this.#watches = watches;
  }

  /** Opens the local log; needs no server. Throws STORE_UNREADABLE, STORE_FAILED or CONFIG_INVALID with what to do. */
  static async open(given: AgentConfig, tools: AgentTools): Promise<Agent> {
    const { registrations, watches } = await readDefinitions(given, tools.clock);
    if (given.dataDir !== '') await tools.disk.ensureFolder(given.dataDir);
    const identity = await openIdentity(given, tools);
    const config = { current: given };
    const node = { current: nodeDefinition(given, identity.nodeId) };
    const parts = await connectParts({ config, tools, identity, node });
    await parts.local.setDefinitions(registrations).catch(async (error: unknown) => {
      await parts.local.stop();
      throw error;
    });
    return new Agent(tools, { config, node, parts }, watches);
  }

  get nodeId(): string {
    return this.#node.current.id;
  }

  get metrics(): Metrics {
    return this.#parts.telemetry.metrics;
  }

  /** For doors without a socket: tests, the simulator, programs that embed the agent. The rules of `http_config` are not for them. */
  get dispatcher(): Dispatcher<ApiContext> {
    return this.#parts.api.dispatcher;
  }

  /** `host:port` or `unix:///path` of each HTTP listener. */
  get httpAddresses(): readonly string[] {
    return this.#parts.api.doors.addresses;
  }

  /** What programs that embed the agent read and write through. */
  get backend(): AgentBackend {
    return this.#parts.backend;
  }

  get cache(): Cache {
    return this.#parts.cache;
  }

  get link(): AgentLink {
    return this.#parts.link;
  }

  get local(): LocalState {
    return this.#parts.local;
  }

  start(): Promise<void> {
    return this.#lifecycle.start(this.#ordered());
  }

  /** Leaves the cluster: goes on answering for the drain time. To be stopped afterwards. */
  leave(): Promise<void> {
    return this.#parts.departure.leave();
  }

  /** Ends every wait, closes everything. What is registered here is on disk. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** As `Server.reload`. */
  async reload(config: AgentConfig): Promise<void> {
    const { api, local, telemetry } = this.#parts;
    const { registrations, watches } = await readDefinitions(config, api.context.clock);
    await local.setDefinitions(registrations);
    this.#config.current = config;
    reloadApi(api, config, this.nodeId);
    telemetry.metrics.configure(config.telemetry);
    local.configure(localSettings(config));
    const { id, name, address } = this.#node.current;
    this.#node.current = { ...nodeDefinition(config, id), name, address };
    await local.setNode(this.#node.current);
    this.#watches = watches;
    await api.watches.reload(watches);
  }

  #ordered(): Part[] {
    const { telemetry, cache, link, local, events, api } = this.#parts;
    return [
      telemetry,
      cache,
      link,
      local,
      events,
      { name: 'watches', start: () => api.watches.reload(this.#watches), stop: () => api.watches.stop() },
      api.doors,
    ];
  }
}
