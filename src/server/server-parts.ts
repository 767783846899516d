/** The parts of a server that know each other, made and connected. Nothing runs yet. */
import { join } from 'node:path';
import { allowAll } from '../acl/authorizer.ts';
import type { ApiContext } from '../api/context.ts';
import { EventInbox } from '../api/event/inbox.ts';
import { routes } from '../api/routes.ts';
import { apiSettings, httpRulesOf } from '../assembly/api-settings.ts';
import { askHere } from '../assembly/ask-here.ts';
import { EventArrivals } from '../assembly/event-arrivals.ts';
import { HttpDoors } from '../assembly/http-doors.ts';
import { selfRegistration } from '../assembly/identity.ts';
import { localSettings } from '../assembly/local-settings.ts';
import { Authority } from '../authority/authority.ts';
import { SessionTimers } from '../authority/session-timers.ts';
import { CheckScheduler } from '../checks/scheduler.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { HttpRules } from '../http/http-rules.ts';
import { Renderer } from '../http/render.ts';
import { CatalogAliases } from '../local/catalog-aliases.ts';
import { LocalState } from '../local/local-state.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { WatchRunner } from '../watches/watch-runner.ts';
import { indentJson } from '../wire/json.ts';
import { LeaderLoop } from './leader-loop.ts';
import { LocalTarget } from './local-target.ts';
import { Membership } from './membership.ts';
import { SelfRegistration } from './self-registration.ts';
import type { ServerTools } from './server.ts';
import { ServerBackend } from './server-backend.ts';
import { ServerMetrics } from './server-metrics.ts';
import { ServerOperations } from './server-operations.ts';
import { StateFeed } from './state-feed.ts';

export interface ServerParts {
  readonly feed: StateFeed;
  readonly leaderLoop: LeaderLoop;
  readonly self: SelfRegistration;
  readonly local: LocalState;
  readonly metrics: ServerMetrics;
  readonly membership: Membership;
  readonly watches: WatchRunner;
  readonly events: EventArrivals;
  readonly rules: HttpRules;
  readonly doors: HttpDoors<ApiContext>;
  /** What routes see; a reload replaces its settings. */
  readonly context: ApiContext & { settings: ApiContext['settings'] };
  /** Without the operator's rules, which are for the doors. */
  readonly dispatcher: Dispatcher<ApiContext>;
}

export interface PartsInput {
  readonly config: { readonly current: AgentConfig };
  readonly tools: ServerTools;
  readonly engine: Engine;
  readonly node: NodeDefinition;
}

/** Opens the local log on the way: throws as `LocalState.open` does. */
export async function connectParts(input: PartsInput): Promise<ServerParts> {
  const { clock, logger, random } = input.tools;
  const { current: config } = input.config;
  const core = connectCore(input);
  const { backend, metrics } = core;
  const local = await openLocal(input, core);
  const operations = new ServerOperations({ ...input, ...core, nodeId: input.node.id, control: input.tools.control, local, clock });
  metrics.observe({ ...input, ...core, config, local, operations });
  const settings = apiSettings(config, input.node.id);
  const eventInbox = new EventInbox(local);
  const context = { backend, local, operations, eventInbox, metrics: metrics.metrics, settings, clock, random };
  const rules = new HttpRules(httpRulesOf(config));
  const dispatching = { routes, context, authorizer: allowAll, datacenter: config.datacenter, logger: logger.child({ component: 'http' }) };
  const dispatcher = new Dispatcher<ApiContext>(dispatching);
  const renderer = new Renderer({ clock, indentsAlways: config.isDev, indent: indentJson });
  const doors = new HttpDoors({
    config: config.http,
    dispatcher: new Dispatcher<ApiContext>({ ...dispatching, rules }),
    renderer,
    rules,
    meters: metrics.http,
    clock,
    logger: logger.child({ component: 'http' }),
  });
  const ask = askHere(dispatcher, new Renderer({ clock, indentsAlways: false, indent: indentJson }));
  const watches = new WatchRunner({ ask, clock, prober: input.tools.prober, logger: logger.child({ component: 'watch' }) });
  core.state.onLoad(() => void core.self.afterLoad(() => local.fullSync()));
  const events = new EventArrivals(core.state, eventInbox);
  return { ...core, local, watches, events, rules, doors, context, dispatcher };
}

interface Core extends Pick<ServerParts, 'feed' | 'leaderLoop' | 'self' | 'metrics' | 'membership'> {
  readonly address: string;
  readonly state: State;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly backend: ServerBackend;
}

/** State, decisions and leadership. */
function connectCore({ config: cell, tools, engine, node }: PartsInput): Core {
  const { clock, logger } = tools;
  const { current: config } = cell;
  const metrics = new ServerMetrics({
    ...{ clock, routes, telemetry: config.telemetry, openUdp: tools.openUdp },
    logger: logger.child({ component: 'metrics' }),
  });
  const state = new State(config.datacenter);
  const feed = new StateFeed({ engine, state, clock, logger: logger.child({ component: 'state' }) });
  const apply: StateFeed['apply'] = (changes, index) => feed.apply(changes, index);
  const authority = new Authority({ engine, state, apply, clock, logger: logger.child({ component: 'authority' }) });
  const timers = new SessionTimers({ authority, state, clock, logger: logger.child({ component: 'sessions' }) });
  const address = `${config.advertiseAddress}:${Math.max(config.serverPort, 0)}`;
  const registration = selfRegistration(node, config.serverPort);
  const self = new SelfRegistration({ registration, authority, timers, clock, logger: logger.child({ component: 'server' }) });
  const onLead = (): Promise<void> => self.register();
  const leaderLoop = new LeaderLoop({
    ...{ engine, state, authority, timers, clock, onLead, address },
    logger: logger.child({ component: 'leader' }),
  });
  const membership = new Membership({
    ...{ datacenter: config.datacenter, nodeName: node.name, nodeId: node.id, address: config.advertiseAddress },
    ...{ serverPort: config.serverPort, memberPort: config.serfLanPort, clock },
    drainMs: () => cell.current.leave.drainMs,
    stop: (reason) => tools.control?.stop(reason),
    logger: logger.child({ component: 'server' }),
  });
  const backend = new ServerBackend({ state, authority, engine, clock });
  return { metrics, state, feed, authority, timers, address, self, leaderLoop, membership, backend };
}

function openLocal({ config: { current: config }, tools, node }: PartsInput, { backend, state, metrics }: Core): Promise<LocalState> {
  const { clock, random, prober, disk } = tools;
  const { checks } = config;
  return LocalState.open({
    node,
    target: new LocalTarget({ backend, state, nodeName: node.name }),
    runner: (local) =>
      new CheckScheduler({
        ...{ clock, random, prober, sink: local, aliases: local, remoteAliases: new CatalogAliases({ backend, clock }) },
        settings: { outputMaxBytes: checks.outputMaxBytes, followRedirects: checks.followsRedirects },
        meters: metrics.checks,
      }),
    storage: config.dataDir === '' ? undefined : { disk, folder: join(config.dataDir, 'local') },
    settings: {
      registerWaitMs: config.sync.registerWaitMs,
      fullSyncIntervalMs: config.sync.fullSyncIntervalMs,
      checkOutputMaxBytes: checks.outputMaxBytes,
      ...localSettings(config),
    },
    clock,
    random,
    logger: tools.logger.child({ component: 'agent' }),
  });
}
