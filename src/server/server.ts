/** The server assembly: constructs the parts, connects them, starts them in order and stops them in reverse. No rules in here. */
import { join } from 'node:path';
import { allowAll } from '../acl/authorizer.ts';
import type { ApiContext, ApiSettings } from '../api/context.ts';
import { routes } from '../api/routes.ts';
import { Authority } from '../authority/authority.ts';
import { SessionTimers } from '../authority/session-timers.ts';
import { CheckScheduler } from '../checks/scheduler.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { HttpServer } from '../http/http-server.ts';
import { Renderer } from '../http/render.ts';
import { LocalState } from '../local/local-state.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { Lifecycle, type Part } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import type { Random } from '../runtime/random.ts';
import { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { indentJson } from '../wire/json.ts';
import { nodeDefinition, nodeIdOf, selfRegistration } from './identity.ts';
import { LeaderLoop } from './leader-loop.ts';
import { LocalTarget } from './local-target.ts';
import { SelfRegistration } from './self-registration.ts';
import { ServerBackend } from './server-backend.ts';
import { ServerOperations } from './server-operations.ts';
import { StateFeed } from './state-feed.ts';

/** Everything that touches the world, handed in. */
export interface ServerTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly prober: Prober;
  readonly logger: Logger;
  readonly openEngine: () => Promise<Engine>;
}

/** How long a start waits to lead before it serves all the same, without a leader. */
const LEAD_WAIT_MS = 5_000;

export class Server {
  readonly #logger: Logger;
  readonly #lifecycle: Lifecycle;
  readonly #node: NodeDefinition;
  readonly #engine: Engine;
  readonly #feed: StateFeed;
  readonly #leaderLoop: LeaderLoop;
  readonly #self: SelfRegistration;
  readonly #local: LocalState;
  readonly #http: readonly HttpServer<ApiContext>[];
  /** For doors without a socket: tests, the simulator, programs that embed the server. */
  readonly dispatcher: Dispatcher<ApiContext>;

  private constructor(
    config: AgentConfig,
    tools: ServerTools,
    made: { readonly engine: Engine; readonly node: NodeDefinition; readonly parts: ServerParts },
  ) {
    const { clock, logger } = tools;
    this.#logger = logger.child({ component: 'server' });
    this.#lifecycle = new Lifecycle(clock, this.#logger);
    this.#engine = made.engine;
    this.#node = made.node;
    this.#feed = made.parts.feed;
    this.#leaderLoop = made.parts.leaderLoop;
    this.#self = made.parts.self;
    this.#local = made.parts.local;
    this.dispatcher = made.parts.dispatcher;
    this.#http = httpServers(config, tools, this.dispatcher);
  }

  /** Opens the store and the local log. Throws STORE_UNREADABLE, STORE_FAILED or CONFIG_INVALID with what to do. */
  static async open(config: AgentConfig, tools: ServerTools): Promise<Server> {
    if (config.dataDir !== '') await tools.disk.ensureFolder(config.dataDir);
    const node = nodeDefinition(config, await nodeIdOf(config, tools.disk, tools.random));
    const engine = await tools.openEngine();
    try {
      return new Server(config, tools, { engine, node, parts: await connect(config, tools, { engine, node }) });
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  get nodeId(): string {
    return this.#node.id;
  }

  /** `host:port` of each HTTP listener. */
  get httpAddresses(): readonly string[] {
    return this.#http.map((server) => server.address);
  }

  start(): Promise<void> {
    return this.#lifecycle.start(this.#parts());
  }

  /** Ends every wait, lets writes finish, closes everything. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  #parts(): Part[] {
    const nothing = async (): Promise<void> => {};
    return [
      { name: 'store', start: nothing, stop: () => this.#engine.close() },
      { name: 'state', start: () => this.#feed.start(), stop: async () => this.#feed.stop() },
      { name: 'leader', start: () => this.#leaderLoop.start(LEAD_WAIT_MS), stop: () => this.#stopLeading() },
      this.#local,
      {
        name: 'http',
        start: async () => void (await Promise.all(this.#http.map((server) => server.start()))),
        stop: async () => void (await Promise.all(this.#http.map((server) => server.stop()))),
      },
    ];
  }

  #stopLeading(): Promise<void> {
    this.#self.stop();
    return this.#leaderLoop.stop();
  }
}

/** The parts that know each other. */
interface ServerParts {
  readonly feed: StateFeed;
  readonly leaderLoop: LeaderLoop;
  readonly self: SelfRegistration;
  readonly local: LocalState;
  readonly dispatcher: Dispatcher<ApiContext>;
}

async function connect(
  config: AgentConfig,
  tools: ServerTools,
  { engine, node }: { engine: Engine; node: NodeDefinition },
): Promise<ServerParts> {
  const { clock, logger } = tools;
  const state = new State(config.datacenter);
  const feed = new StateFeed({ engine, state, clock, logger: logger.child({ component: 'state' }) });
  const apply: StateFeed['apply'] = (changes, index) => feed.apply(changes, index);
  const authority = new Authority({ engine, state, apply, logger: logger.child({ component: 'authority' }) });
  const timers = new SessionTimers({ authority, state, clock, logger: logger.child({ component: 'sessions' }) });
  const address = `${config.advertiseAddress}:${Math.max(config.serverPort, 0)}`;
  const registration = selfRegistration(node, config.serverPort);
  const self = new SelfRegistration({ registration, authority, timers, clock, logger: logger.child({ component: 'server' }) });
  const onLead = (): Promise<void> => self.register();
  const leaderLoop = new LeaderLoop({
    engine,
    state,
    authority,
    timers,
    clock,
    onLead,
    address,
    logger: logger.child({ component: 'leader' }),
  });
  const backend = new ServerBackend({ state, authority, engine, clock });
  const local = await openLocal(config, tools, { node, target: new LocalTarget({ backend, state, nodeName: node.name }) });
  const operations = new ServerOperations({ config, nodeId: node.id, address, engine, state, feed, authority, timers, local, clock });
  const context = { backend, local, operations, settings: apiSettings(config, node.id), clock, random: tools.random };
  const dispatcher = new Dispatcher<ApiContext>({
    routes,
    context,
    authorizer: allowAll,
    datacenter: config.datacenter,
    logger: logger.child({ component: 'http' }),
  });
  state.onLoad(() => void self.afterLoad(() => local.fullSync()));
  return { feed, leaderLoop, self, local, dispatcher };
}

function openLocal(
  config: AgentConfig,
  tools: ServerTools,
  { node, target }: { node: NodeDefinition; target: LocalTarget },
): Promise<LocalState> {
  const { clock, random, prober, disk } = tools;
  return LocalState.open({
    node,
    target,
    runner: (sink) =>
      new CheckScheduler({ clock, random, prober, sink, settings: { outputMaxBytes: config.checkOutputMaxBytes, followRedirects: true } }),
    storage: config.dataDir === '' ? undefined : { disk, folder: join(config.dataDir, 'local') },
    settings: config,
    clock,
    random,
    logger: tools.logger.child({ component: 'agent' }),
  });
}

function httpServers(config: AgentConfig, { clock, logger }: ServerTools, dispatcher: Dispatcher<ApiContext>): HttpServer<ApiContext>[] {
  if (config.httpPort < 0) return [];
  const renderer = new Renderer({ clock, indentsAlways: config.isDev, indent: indentJson });
  return config.clientAddresses.map(
    (host) =>
      new HttpServer({
        host,
        port: config.httpPort,
        dispatcher,
        renderer,
        clock,
        logger: logger.child({ component: 'http' }),
        maxConnectionsPerClient: config.maxConnectionsPerClient,
      }),
  );
}

const apiSettings = (config: AgentConfig, nodeId: string): ApiSettings => ({
  datacenter: config.datacenter,
  nodeName: config.nodeName,
  nodeId,
  isServer: true,
  isDev: config.isDev,
  defaultQueryTimeMs: config.defaultQueryTimeMs,
  maxQueryTimeMs: config.maxQueryTimeMs,
  kvMaxValueBytes: config.kvMaxValueBytes,
  txnMaxBytes: config.txnMaxBytes,
  sessionTtlMinMs: config.sessionTtlMinMs,
  checkOutputMaxBytes: config.checkOutputMaxBytes,
  scriptChecksEnabled: config.enableScriptChecks,
});
