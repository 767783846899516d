/**
 * The serving half of all links of a process: lets agents in, and closes. One publisher, one memory of pushes and one set of numbers for
 * all. Owns the links; knows no transport: whoever listens gives them in.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { KonsulError } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { Topic } from '../topics/topic.ts';
import type { Hello } from './frames.ts';
import type { LinkHost } from './link-host.ts';
import { Publisher } from './publisher.ts';
import { CatchUp } from './serving-catch-up.ts';
import type { Door } from './serving-door.ts';
import { ServingLink, type ServingLinkEvents } from './serving-link.ts';
import { ServingMeters } from './serving-meters.ts';
import { ServingPushes } from './serving-pushes.ts';
import { RefusalLog } from './serving-refusals.ts';
import type { ServingSession, SessionParts } from './serving-session.ts';

export interface LinkServerSettings extends Door {
  /** Between two heartbeats to each agent. */
  readonly heartbeatMs: number;
  /** Of this process, as agents show them. */
  readonly serverName: string;
  readonly serverAddress: string;
}

export interface LinkServerOptions {
  readonly host: LinkHost;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: LinkServerSettings;
  /** Default: new ones. */
  readonly meters?: ServingMeters;
  /** Default: every topic there is. */
  readonly topics?: readonly Topic<unknown>[];
}

/** A link that is up, for people. */
export interface LinkInfo {
  readonly hello: Hello;
  readonly remoteAddress: string;
  /** Both on the monotonic clock. */
  readonly sinceMs: number;
  readonly lastHeardMs: number;
  readonly subscriptions: number;
  readonly queuedBytes: number;
}

/** Links that have not said who they are: anybody may open one. */
const MAX_UNFINISHED = 1_024;
/** What relayed answers get when the store was replaced, before their link is closed. Nothing else goes on on it. */
const LAST_ANSWERS_MS = 200;

export class LinkServer {
  readonly meters: ServingMeters;
  readonly #options: LinkServerOptions;
  readonly #parts: SessionParts;
  readonly #refusals: RefusalLog;
  readonly #links = new Set<ServingLink>();
  /** Those that are up, by node name in lower case; the newest of a name. */
  readonly #byNode = new Map<string, ServingLink>();
  readonly #unfinished = new Set<ServingLink>();
  /** Of a lineage that is over, with answers under way. */
  readonly #retiring = new Map<ServingLink, Timer>();
  #isStopped = false;

  constructor(options: LinkServerOptions) {
    const { host, clock, logger, settings, topics } = options;
    const meters = options.meters ?? new ServingMeters();
    this.meters = meters;
    this.#options = options;
    const replaced = (): void => this.#replaced();
    const publisher = new Publisher({ source: host.views, meters, logger, replaced, ...(topics === undefined ? {} : { topics }) });
    const catchUp = new CatchUp({ index: () => host.views.index, clock });
    const pushes = new ServingPushes(host, meters);
    this.#parts = { host, clock, publisher, catchUp, pushes, meters, heartbeatMs: settings.heartbeatMs };
    this.#refusals = new RefusalLog(clock, logger);
  }

  /** Takes a link over, from its first message to its end. */
  accept(link: Link): void {
    if (this.#isStopped || this.#unfinished.size >= MAX_UNFINISHED) {
      link.close(this.#isStopped ? 'this server stops' : 'too many links wait to say who they are: try again later');
      return;
    }
    const { random, settings } = this.#options;
    const server = { name: settings.serverName, address: settings.serverAddress };
    const serving = new ServingLink({ ...this.#parts, link, random, door: settings, server, events: this.#events });
    this.#links.add(serving);
    this.#unfinished.add(serving);
    this.meters.unfinished = this.#unfinished.size;
    serving.greet();
  }

  /** Tells the agent of a node, if it is linked here, to compare what it registered with what is held. */
  resync(nodeName: string): void {
    this.#byNode.get(nodeName.toLowerCase())?.session?.resync();
  }

  /** Those that are up. */
  *links(): Iterable<LinkInfo> {
    for (const { hello, session, remoteAddress, sinceMs, queuedBytes } of this.#links) {
      if (hello === undefined || session === undefined) continue;
      const { lastHeardMs, subscriptions } = session;
      yield { hello, remoteAddress, sinceMs, lastHeardMs, subscriptions, queuedBytes };
    }
  }

  /** Agents link again, to this server or another one, and resume. */
  closeAll(reason: string): void {
    for (const link of [...this.#links]) link.close(reason);
  }

  /** Closes everything; takes nothing in any more. */
  stop(): void {
    this.#isStopped = true;
    this.closeAll('this server stops');
  }

  /**
   * Ends the links of lineages that are over. Who restored the store may have asked through an agent: relayed answers that are under way
   * get a moment to be sent.
   */
  #replaced(): void {
    const { lineage } = this.#options.host.views;
    const reason = 'the lineage of the store has changed';
    for (const link of [...this.#links]) {
      const { session } = link;
      if (session === undefined || session.lineage === lineage || this.#retiring.has(link)) continue;
      if (session.relays === 0) link.close(reason);
      else this.#retire(link, session, reason);
    }
  }

  #retire(link: ServingLink, session: ServingSession, reason: string): void {
    session.retire();
    this.#retiring.set(
      link,
      this.#options.clock.after(LAST_ANSWERS_MS, () => link.close(reason)),
    );
  }

  readonly #events: ServingLinkEvents = {
    identified: (link) => {
      this.#unfinished.delete(link);
      this.meters.unfinished = this.#unfinished.size;
    },
    welcomed: (link) => this.#welcomed(link),
    refused: (link, error) => this.#refused(link, error),
    ended: (link, reason) => this.#ended(link, reason),
  };

  #welcomed(link: ServingLink): void {
    const node = link.hello?.node;
    if (node === undefined) return;
    this.#byNode.set(node.name.toLowerCase(), link);
    this.#options.logger.info({ node: node.name, address: link.remoteAddress, version: link.hello?.version }, 'agent linked');
  }

  #refused(link: ServingLink, error: KonsulError): void {
    const { hello, remoteAddress } = link;
    const cause = `${error.code} ${hello?.node?.name ?? ''} ${remoteAddress.replace(/:\d+$/, '')}`;
    this.#refusals.refused(cause, { node: hello?.node?.name, address: remoteAddress, error: error.message });
  }

  #ended(link: ServingLink, reason: string): void {
    this.#links.delete(link);
    this.#retiring.get(link)?.cancel();
    this.#retiring.delete(link);
    const node = link.hello?.node;
    if (node === undefined || link.session === undefined) return;
    const key = node.name.toLowerCase();
    if (this.#byNode.get(key) === link) this.#byNode.delete(key);
    this.#options.logger.info({ node: node.name, address: link.remoteAddress, reason }, 'agent unlinked');
  }
}
