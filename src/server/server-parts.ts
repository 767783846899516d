/** The parts of a server that know each other, made and connected. Nothing runs yet. */
import { isServedToAgents } from '../api/relayed-route.ts';
import { routes } from '../api/routes.ts';
import { type ApiSide, connectApi } from '../assembly/api-side.ts';
import { EventArrivals } from '../assembly/event-arrivals.ts';
import { selfRegistration } from '../assembly/identity.ts';
import { openLocal } from '../assembly/open-local.ts';
import { serveRelay } from '../assembly/serve-relay.ts';
import { Telemetry } from '../assembly/telemetry.ts';
import { Authority } from '../authority/authority.ts';
import { LeaderDuties } from '../authority/duties.ts';
import { Liveness } from '../authority/liveness.ts';
import { SessionTimers } from '../authority/session-timers.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { LocalState } from '../local/local-state.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { LinkServer } from '../sync/link-server.ts';
import { LeaderLoop } from './leader-loop.ts';
import { LinkAdmissions } from './link-admissions.ts';
import { LinkDoor } from './link-door.ts';
import { fetchNode, LocalTarget } from './local-target.ts';
import { MemberList } from './member-list.ts';
import { Membership } from './membership.ts';
import { SelfRegistration } from './self-registration.ts';
import type { ServerTools } from './server.ts';
import { ServerBackend } from './server-backend.ts';
import { observeLinks, observeServer } from './server-metrics.ts';
import { ServerOperations } from './server-operations.ts';
import { StateFeed } from './state-feed.ts';
import { StateViews } from './state-views.ts';

export interface ServerParts {
  readonly feed: StateFeed;
  readonly leaderLoop: LeaderLoop;
  readonly self: SelfRegistration;
  readonly local: LocalState;
  readonly telemetry: Telemetry;
  readonly membership: Membership;
  readonly events: EventArrivals;
  readonly api: ApiSide;
  readonly linkDoor: LinkDoor;
}

export interface PartsInput {
  readonly config: { readonly current: AgentConfig };
  readonly tools: ServerTools;
  readonly engine: Engine;
  readonly node: NodeDefinition;
}

/** Opens the local log on the way: throws as `LocalState.open` does. */
export async function connectParts(input: PartsInput): Promise<ServerParts> {
  const { tools, node } = input;
  const { clock } = tools;
  const { current: config } = input.config;
  const core = connectCore(input);
  const { backend, telemetry, state } = core;
  const target = new LocalTarget({ backend, state, node });
  const local = await openLocal({ ...tools, config, node, target, backend, telemetry });
  const operations = new ServerOperations({ ...input, ...core, nodeId: node.id, control: tools.control, local, clock });
  observeServer(telemetry.metrics, { ...input, ...core, config, operations });
  telemetry.observeLocal(local);
  const api = connectApi({ ...tools, config, nodeId: node.id, routes, backend, local, operations, telemetry });
  const links = connectLinks({ ...input, ...core, api });
  core.admissions.onTaken((name) => {
    if (name.toLowerCase() === node.name.toLowerCase()) void local.fullSync();
    else links.resync(name);
  });
  observeLinks(telemetry.metrics, { ...core, links });
  const linkDoor = new LinkDoor({
    ...{ transport: tools.transport, addresses: tools.transport === undefined ? [] : config.link.listen, taker: links },
    logger: tools.logger.child({ component: 'links' }),
  });
  core.state.onLoad(() => void core.self.afterLoad(() => local.fullSync()));
  const events = new EventArrivals({ backend, inbox: api.context.eventInbox, clock });
  return { ...core, local, events, api, linkDoor };
}

interface LinksInput extends PartsInput, Core {
  readonly api: ApiSide;
}

function connectLinks({ config: { current: config }, tools, node, api, address, ...core }: LinksInput): LinkServer {
  const { clock, random, logger } = tools;
  const { state, backend, admissions } = core;
  const { heartbeatMs, encryptKey, allowsRemotePeers } = config.link;
  return new LinkServer({
    host: {
      views: new StateViews(core),
      submit: (command) => backend.submit(command),
      relay: serveRelay({ dispatcher: api.dispatcher, renderer: api.plainRenderer, isServed: isServedToAgents }),
      fetchNode: (name, owner, digest) => fetchNode(state, { node: name, owner, digest }),
      admit: (agent) => admissions.admit(agent),
    },
    settings: {
      ...{ heartbeatMs, encryptKey, allowsRemotePeers, datacenter: config.datacenter },
      serverName: node.name,
      serverAddress: address,
    },
    ...{ clock, random, logger: logger.child({ component: 'links' }) },
  });
}

interface Core extends Pick<ServerParts, 'feed' | 'leaderLoop' | 'self' | 'telemetry' | 'membership'> {
  readonly address: string;
  readonly state: State;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly liveness: Liveness;
  readonly admissions: LinkAdmissions;
  readonly backend: ServerBackend;
}

/** State, decisions and leadership. */
function connectCore({ config: cell, tools, engine, node }: PartsInput): Core {
  const { clock, logger } = tools;
  const { current: config } = cell;
  const telemetry = new Telemetry({
    ...{ clock, routes, telemetry: config.telemetry, openUdp: tools.openUdp },
    logger: logger.child({ component: 'metrics' }),
  });
  const state = new State(config.datacenter);
  const feed = new StateFeed({ engine, state, clock, logger: logger.child({ component: 'state' }) });
  const apply: StateFeed['apply'] = (changes, index) => feed.apply(changes, index);
  const authority = new Authority({ engine, state, apply, clock, logger: logger.child({ component: 'authority' }) });
  const timers = new SessionTimers({ authority, state, clock, logger: logger.child({ component: 'sessions' }) });
  const { datacenter, serfLanPort: memberPort } = config;
  const settings = { ...config.liveness, heartbeatMs: config.link.heartbeatMs };
  const liveness = new Liveness({ authority, state, clock, settings, logger: logger.child({ component: 'liveness' }) });
  const members = new MemberList({ datacenter, memberPort, state, clock });
  const admissions = new LinkAdmissions({
    ...{ engine, authority, state, liveness, members, clock, graceMs: settings.graceMs },
    logger: logger.child({ component: 'links' }),
  });
  const duties = new LeaderDuties([timers, liveness, members, admissions]);
  const address = `${config.advertiseAddress}:${Math.max(config.serverPort, 0)}`;
  const registration = selfRegistration(node, config.serverPort);
  const self = new SelfRegistration({ registration, authority, duties, clock, logger: logger.child({ component: 'server' }) });
  const onLead = (): Promise<void> => self.register();
  const leaderLoop = new LeaderLoop({
    ...{ engine, state, authority, duties, clock, onLead, address },
    logger: logger.child({ component: 'leader' }),
  });
  const membership = new Membership({
    ...{ datacenter, nodeName: node.name, nodeId: node.id, address: config.advertiseAddress },
    ...{ serverPort: config.serverPort, memberPort, members, admissions, clock },
    drainMs: () => cell.current.leave.drainMs,
    stop: (reason) => tools.control?.stop(reason),
    logger: logger.child({ component: 'server' }),
  });
  const backend = new ServerBackend({ state, authority, engine, clock });
  return { telemetry, state, feed, authority, timers, liveness, admissions, address, self, leaderLoop, membership, backend };
}
