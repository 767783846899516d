/** The server assembly: starts the parts in order, stops them in reverse, and hands a new configuration on to them. No rules in here. */
import type { ApiContext } from '../api/context.ts';
import { reloadApi } from '../assembly/api-side.ts';
import { type ReadyDefinitions, readDefinitions } from '../assembly/definitions.ts';
import { nodeDefinition, nodeIdOf, selfRegistration } from '../assembly/identity.ts';
import { localSettings } from '../assembly/local-settings.ts';
import type { ProcessControl } from '../assembly/process-control.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { Dispatcher } from '../http/dispatch.ts';
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
import type { Engine } from '../store/engine.ts';
import { connectParts, type ServerParts } from './server-parts.ts';

/** Everything that touches the world, handed in. */
export interface ServerTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly prober: Prober;
  readonly logger: Logger;
  /** The way for agents; without it none may link. */
  readonly transport?: LinkTransport;
  readonly openEngine: () => Promise<Engine>;
  /** A way to send datagrams to `host:port`. */
  readonly openUdp: (address: string) => UdpSender;
  /** The process around the server; without it there is nothing to reload, and no log to watch. */
  readonly control?: ProcessControl;
}

/** How long a start waits to lead before it serves all the same, without a leader. */
const LEAD_WAIT_MS = 5_000;

export class Server {
  readonly #lifecycle: Lifecycle;
  readonly #node: NodeDefinition;
  readonly #engine: Engine;
  readonly #parts: ServerParts;
  readonly #config: { current: AgentConfig };
  #watches: ReadyDefinitions['watches'];

  private constructor(
    { clock, logger }: ServerTools,
    made: {
      readonly config: { current: AgentConfig };
      readonly engine: Engine;
      readonly node: NodeDefinition;
      readonly parts: ServerParts;
    },
    watches: ReadyDefinitions['watches'],
  ) {
    this.#lifecycle = new Lifecycle(clock, logger.child({ component: 'server' }));
    this.#config = made.config;
    this.#engine = made.engine;
    this.#node = made.node;
    this.#parts = made.parts;
    this.#watches = watches;
  }

  /** Opens the store and the local log. Throws STORE_UNREADABLE, STORE_FAILED or CONFIG_INVALID with what to do. */
  static async open(given: AgentConfig, tools: ServerTools): Promise<Server> {
    const { registrations, watches } = await readDefinitions(given, tools.clock);
    if (given.dataDir !== '') await tools.disk.ensureFolder(given.dataDir);
    const config = { current: given };
    const node = nodeDefinition(given, await nodeIdOf(given, tools.disk, tools.random));
    const engine = await tools.openEngine();
    try {
      const parts = await connectParts({ config, tools, engine, node });
      await parts.local.setDefinitions(registrations).catch(async (error: unknown) => {
        await parts.local.stop();
        throw error;
      });
      return new Server(tools, { config, engine, node, parts }, watches);
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  get nodeId(): string {
    return this.#node.id;
  }

  get metrics(): Metrics {
    return this.#parts.telemetry.metrics;
  }

  /** For doors without a socket: tests, the simulator, programs that embed the server. The rules of `http_config` are not for them. */
  get dispatcher(): Dispatcher<ApiContext> {
    return this.#parts.api.dispatcher;
  }

  /** `host:port` or `unix:///path` of each HTTP listener. */
  get httpAddresses(): readonly string[] {
    return this.#parts.api.doors.addresses;
  }

  /** `host:port` where agents link to. */
  get linkAddresses(): readonly string[] {
    return this.#parts.linkDoor.addresses;
  }

  start(): Promise<void> {
    return this.#lifecycle.start(this.#ordered());
  }

  /** Leaves the cluster: goes on answering for the drain time. To be stopped afterwards. */
  leave(): Promise<void> {
    return this.#parts.membership.leave();
  }

  /** Ends every wait, lets writes finish, closes everything. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /**
   * Makes what may change at run time as `config` says; resolves when the services and checks of its files are registered, and those
   * that are gone are not. Throws CONFIG_INVALID with all problems, and changes nothing then. One at a time.
   */
  async reload(config: AgentConfig): Promise<void> {
    const { api, local, telemetry } = this.#parts;
    const { registrations, watches } = await readDefinitions(config, api.context.clock);
    await local.setDefinitions(registrations);
    this.#config.current = config;
    reloadApi(api, config, this.#node.id);
    telemetry.metrics.configure(config.telemetry);
    local.configure(localSettings(config));
    await this.#describeNode(config);
    this.#watches = watches;
    await api.watches.reload(watches);
  }

  /** The node as the new configuration describes it; its name and id stay. */
  async #describeNode(config: AgentConfig): Promise<void> {
    const node = { ...nodeDefinition(config, this.#node.id), name: this.#node.name, address: this.#node.address };
    this.#parts.self.describe(selfRegistration(node, config.serverPort));
    await this.#parts.local.setNode(node);
  }

  #ordered(): Part[] {
    const { telemetry, feed, leaderLoop, local, events, linkDoor } = this.#parts;
    const { doors, watches } = this.#parts.api;
    const nothing = async (): Promise<void> => {};
    return [
      telemetry,
      { name: 'store', start: nothing, stop: () => this.#engine.close() },
      { name: 'state', start: () => feed.start(), stop: async () => feed.stop() },
      { name: 'leader', start: () => leaderLoop.start(LEAD_WAIT_MS), stop: () => this.#stopLeading() },
      local,
      events,
      { name: 'watches', start: () => watches.reload(this.#watches), stop: () => watches.stop() },
      linkDoor,
      doors,
    ];
  }

  #stopLeading(): Promise<void> {
    this.#parts.self.stop();
    return this.#parts.leaderLoop.stop();
  }
}
