/** The parts of an agent that know each other, made and connected. Nothing runs yet. */
import { join } from 'node:path';
import { relayedRoutes } from '../api/relayed-route.ts';
import { routes } from '../api/routes.ts';
import { type ApiSide, connectApi } from '../assembly/api-side.ts';
import { EventArrivals } from '../assembly/event-arrivals.ts';
import { openLocal } from '../assembly/open-local.ts';
import { Telemetry } from '../assembly/telemetry.ts';
import { Cache } from '../cache/cache.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { LocalState } from '../local/local-state.ts';
import type { SyncTarget } from '../local/sync-target.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { invariant } from '../runtime/errors.ts';
import { AgentLink } from '../sync/agent-link.ts';
import type { AgentIdentity } from '../sync/frames.ts';
import type { ViewSink } from '../sync/view-sink.ts';
import type { AgentTools } from './agent.ts';
import { AgentBackend } from './agent-backend.ts';
import { AgentMembers } from './agent-members.ts';
import { observeAgent } from './agent-metrics.ts';
import { AgentOperations } from './agent-operations.ts';
import { Departure } from './departure.ts';

export interface AgentParts {
  readonly cache: Cache;
  readonly link: AgentLink;
  readonly backend: AgentBackend;
  readonly local: LocalState;
  readonly telemetry: Telemetry;
  readonly departure: Departure;
  readonly events: EventArrivals;
  readonly api: ApiSide;
}

export interface AgentPartsInput {
  readonly config: { readonly current: AgentConfig };
  readonly tools: AgentTools;
  readonly identity: AgentIdentity;
  /** Replaced by a reload. */
  readonly node: { readonly current: NodeDefinition };
}

/** Opens the local log on the way: throws as `LocalState.open` does. */
export async function connectParts(input: AgentPartsInput): Promise<AgentParts> {
  const { tools, identity, node } = input;
  const { clock, logger } = tools;
  const { current: config } = input.config;
  const telemetry = new Telemetry({ ...tools, routes, telemetry: config.telemetry, logger: logger.child({ component: 'metrics' }) });
  // What the link tells the local state of, which is made behind it.
  const news: LinkNews = { linked: () => {}, resync: () => {} };
  const { cache, link } = connectLink(input, news);
  const backend = new AgentBackend({ cache, link });
  // What goes because this agent says so is no loss for its guard to doubt.
  const deregistered = (id: string): void => cache.forgetInstances(node.current.name, [id]);
  const local = await openLocal({ ...tools, config, node: node.current, target: targetOf(link, cache), backend, telemetry, deregistered });
  news.linked = () => void local.fullSync();
  news.resync = () => void local.fullSync();
  const members = new AgentMembers({ ...input, ...memberFacts(config, identity), relay: backend.relay });
  const departure = new Departure({
    ...{ link, local, members, clock, logger: logger.child({ component: 'agent' }) },
    drainMs: () => input.config.current.leave.drainMs,
    stop: (reason) => tools.control?.stop(reason),
  });
  const { nodeId } = identity;
  const leave = (): Promise<void> => departure.leave();
  const operations = new AgentOperations({ ...input, nodeId, control: tools.control, clock, local, link, cache, members, leave });
  observeAgent(telemetry.metrics, { cache, link, clock });
  telemetry.observeLocal(local);
  const api = connectApi({ ...tools, config, nodeId, routes: relayedRoutes(routes), backend, local, operations, telemetry });
  const events = new EventArrivals({ backend, inbox: api.context.eventInbox, clock });
  return { cache, link, backend, local, telemetry, departure, events, api };
}

/** Where local registrations go, and the cache is told: of what is registered again, and of what the servers have. */
const targetOf = ({ target }: AgentLink, cache: Cache): SyncTarget => ({
  push: async (command) => {
    if (command.kind === 'catalog.register') {
      const ids = command.services.map(({ id }) => id);
      cache.rememberInstances(command.node.name, ids);
    }
    await target.push(command);
    cache.wrote();
  },
  fetch: (digest) => target.fetch(digest),
});

interface LinkNews {
  linked: () => void;
  resync: () => void;
}

/** The cache and the link fill and feed each other. */
function connectLink({ config: cell, tools, identity, node }: AgentPartsInput, news: LinkNews): Pick<AgentParts, 'cache' | 'link'> {
  const { clock, random, logger, disk, transport } = tools;
  const { current: config } = cell;
  const linkFor = (sink: ViewSink): AgentLink =>
    new AgentLink({
      ...{ transport, sink, identity, clock, random, logger: logger.child({ component: 'link' }), servers: config.link.servers },
      node: () => node.current,
      settings: { ...config.link, datacenter: config.datacenter, maxViewBytes: config.cache.maxViewBytes, version: KONSUL_VERSION },
      events: {
        linked: () => news.linked(),
        unlinked: () => {},
        resync: () => news.resync(),
        gaveUp: (reason) => tools.control?.stop(reason),
      },
    });
  const made: { link?: AgentLink } = {};
  const cache = new Cache({
    ...{ clock, logger: logger.child({ component: 'cache' }), settings: config.cache },
    ...(config.dataDir === '' ? {} : { storage: { disk, folder: join(config.dataDir, 'cache') } }),
    fetcher: (sink) => {
      made.link = linkFor(sink);
      return made.link;
    },
  });
  invariant(made.link, 'the cache makes its fetcher at once');
  cache.prefetch(config.cache.prefetch);
  return { cache, link: made.link };
}

const memberFacts = (config: AgentConfig, { nodeId }: AgentIdentity): Omit<ConstructorParameters<typeof AgentMembers>[0], 'relay'> => ({
  datacenter: config.datacenter,
  nodeName: config.nodeName,
  nodeId,
  address: config.advertiseAddress,
  memberPort: config.serfLanPort,
});
