/**
 * Lets agents in, and knows who is linked: the `admit` of the link's serving half. The authority decides whose a node is; here the holder
 * of a name is asked whether it lives, and whoever is replaced is closed. Owns the list of links; nothing of it is stored.
 */

import type { Authority } from '../authority/authority.ts';
import { nameReserved } from '../authority/catalog-rules.ts';
import { reject } from '../authority/define-command.ts';
import type { LeaderDuty } from '../authority/duties.ts';
import type { Liveness } from '../authority/liveness.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { LinkIdentity, LinkResult } from '../model/commands/node.ts';
import type { Change } from '../model/record.ts';
import type { Tombstone } from '../model/tombstone.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { Counter } from '../runtime/metrics-instruments.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import type { Admission, LinkingAgent } from '../sync/link-host.ts';
import { MEMBER_STATUS, type MemberList } from './member-list.ts';

export interface LinkAdmissionsOptions {
  readonly authority: Pick<Authority, 'submit'>;
  readonly engine: Pick<Engine, 'raiseIndex'>;
  readonly state: State;
  readonly liveness: Pick<Liveness, 'heard'>;
  readonly members: MemberList;
  readonly logger: Logger;
}

interface Linked {
  /** The name of the node in lower case. */
  readonly key: string;
  readonly node: NodeDefinition;
  readonly identity: LinkIdentity;
  readonly agent: LinkingAgent;
}

type Held = Extract<LinkResult, { readonly kind: 'held' }>;

/** A holder of a name that says nothing for so long is gone. */
const ASK_TIMEOUT_MS = 2_000;
/** So many may stand in the way of one agent, one after the other, before it is told to come again. */
const MAX_ASKED = 4;
/**
 * What an agent says that it has seen is believed so far above what is here, and never above half of what numbers can count: no agent,
 * however often it links, can use the indexes up.
 */
const MAX_RAISE = 2 ** 40;
const MAX_BELIEVED_INDEX = 2 ** 52;

export class LinkAdmissions implements LeaderDuty {
  /** Nodes that another agent took over. */
  readonly takeovers: Counter = new Counter();
  readonly #options: LinkAdmissionsOptions;
  /** By node. */
  readonly #links = new Map<string, Linked>();
  /** At the door, the newest of each run. */
  readonly #arriving = new Map<string, Linked>();
  #resync: (node: string) => void = () => {};

  constructor(options: LinkAdmissionsOptions) {
    this.#options = options;
  }

  /**
   * Calls `listener` from now on with the name of each node of which others took something away: its owner is to compare what it
   * registered with what is here. One listener.
   */
  onTaken(listener: (node: string) => void): void {
    this.#resync = listener;
  }

  /** How many agents are linked. */
  get size(): number {
    return this.#links.size;
  }

  /** See `LinkHost.admit`. */
  async admit(agent: LinkingAgent): Promise<Admission> {
    const linked = linkedOrThrow(agent);
    const { runId } = linked.identity;
    this.#raiseIndex(agent.hello.seen);
    this.#arriving.set(runId, linked);
    try {
      await this.#link(linked);
      if (this.#arriving.get(runId) !== linked) throw contended('another link of the same agent came later');
      if (this.#runOf(linked.key) !== runId) throw contended('another agent has this node by now');
    } finally {
      if (this.#arriving.get(runId) === linked) this.#arriving.delete(runId);
    }
    this.#install(linked);
    return {
      heard: () => this.#options.liveness.heard(linked.key),
      lost: () => this.#lost(linked),
      leave: () => this.#leave(linked),
    };
  }

  /**
   * Takes a member for one that has left: at once if it is not linked, else when its link ends. Pruned, it is no longer listed then.
   * Throws REJECTED, with Consul's text, for a name that no member has.
   */
  async forceLeave(name: string, isPruned: boolean): Promise<void> {
    const { members } = this.#options;
    const member = members.get(name);
    if (member === undefined) throw reject(`agent: No node found with name '${name}'`);
    if (member.status === MEMBER_STATUS.left) {
      if (isPruned) members.forget(name);
      return;
    }
    members.leaving(name, isPruned);
    if (!this.#links.has(name.toLowerCase())) await this.#remove(member.name, member.tags.id ?? '');
  }

  /** A leadership begins, or everything was replaced: who is linked may not be known any more. */
  restart(): void {
    for (const linked of this.#links.values()) void this.#linkAgain(linked);
  }

  stop(): void {}

  /** Agents whose node others removed come back at once; owners are told of what others took from them. */
  applied(changes: readonly Change[]): void {
    const bereft = new Set<string>();
    for (const { table, key, value } of changes) {
      if (table === 'agent' && value === undefined) this.#removed(key.slice('agent/'.length));
      if (table === 'tombstone' && value !== undefined) bereft.add((value as Tombstone).node);
    }
    for (const node of bereft) this.#resync(node);
  }

  renewed(): void {}

  /** An agent has seen more than there is here: it knows a store that was lost. No index of that time may come again, or a CAS would match. */
  #raiseIndex(seen: number): void {
    const { engine, state } = this.#options;
    const believed = Math.min(seen, state.index + MAX_RAISE, MAX_BELIEVED_INDEX);
    if (believed > state.index) engine.raiseIndex(believed);
  }

  /** The run that the catalog has for a node. */
  #runOf(key: string): string | undefined {
    return this.#options.state.tables.agent.get(key)?.runId;
  }

  /** Asks whoever stands in the way, one after the other. */
  async #link({ node, identity }: Linked): Promise<void> {
    const replaces: string[] = [];
    while (replaces.length < MAX_ASKED) {
      const result = await this.#options.authority.submit({ kind: 'node.link', node, identity, replaces });
      if (result.kind === 'held') {
        await this.#mayReplaceOrThrow(result, node);
        replaces.push(result.runId);
        continue;
      }
      if (result.adoptedFrom === undefined) return;
      this.takeovers.increment();
      this.#options.logger.warn({ node: node.name, from: result.adoptedFrom, to: node.id }, 'another agent took over a node');
      return;
    }
    throw contended(`too many agents want to be node ${node.name} at once`);
  }

  async #mayReplaceOrThrow({ node: name, runId }: Held, wanted: NodeDefinition): Promise<void> {
    if (!(await this.#lives(name, runId))) return;
    const { catalog } = this.#options.state;
    const holder = catalog.node(name);
    if (holder !== undefined) throw nameReserved(wanted, holder, catalog.nodeById(wanted.id) !== undefined);
  }

  /** Who is at the door has just proven that it lives, and cannot be asked yet. */
  async #lives(name: string, runId: string): Promise<boolean> {
    if (this.#arriving.has(runId)) return true;
    const link = this.#linkOf(name, runId);
    if (link === undefined) return false;
    if (await link.agent.answers(ASK_TIMEOUT_MS)) return true;
    const later = this.#arriving.get(runId) ?? this.#linkOf(name, runId);
    return later !== undefined && later !== link;
  }

  #linkOf(name: string, runId: string): Linked | undefined {
    const link = this.#links.get(name.toLowerCase());
    return link?.identity.runId === runId ? link : undefined;
  }

  /** Its node is its own now: whoever had it before is closed. */
  #install(linked: Linked): void {
    const { key } = linked;
    const before = this.#links.get(key);
    this.#links.set(key, linked);
    before?.agent.close('replaced by a newer link for this node');
    this.#options.members.stays(key);
    this.#options.liveness.heard(key);
  }

  #lost(linked: Linked): void {
    const { members, logger } = this.#options;
    if (this.#links.get(linked.key) !== linked) return;
    this.#links.delete(linked.key);
    if (!members.isLeaving(linked.key)) return;
    this.#remove(linked.node.name, linked.node.id).catch((error: unknown) =>
      logger.warn({ node: linked.node.name, error: messageOf(error) }, 'a node that was forced to leave could not be deregistered'),
    );
  }

  /** A link that was replaced has nothing to take out. */
  async #leave(linked: Linked): Promise<void> {
    if (this.#links.get(linked.key) !== linked) return;
    this.#links.delete(linked.key);
    try {
      await this.#remove(linked.node.name, linked.node.id);
    } catch (error) {
      if (!this.#links.has(linked.key)) this.#links.set(linked.key, linked);
      throw error;
    }
    this.#options.logger.info({ node: linked.node.name }, 'agent left');
  }

  async #remove(node: string, nodeId: string): Promise<void> {
    await this.#options.authority.submit({ kind: 'node.leave', node, nodeId });
  }

  /** The node of an agent went. If the agent is linked, it was others who removed it; or it has another name now. */
  #removed(key: string): void {
    const linked = this.#links.get(key);
    if (linked === undefined) return;
    if (this.#options.state.catalog.nodeById(linked.node.id) === undefined) void this.#linkAgain(linked);
    else this.#end(linked, 'its node has another name now');
  }

  async #linkAgain(linked: Linked): Promise<void> {
    const { node, identity } = linked;
    try {
      const result = await this.#options.authority.submit({ kind: 'node.link', node, identity, replaces: [] });
      if (result.kind === 'held') this.#end(linked, 'its node belongs to another agent now');
      else this.#resync(node.name);
    } catch (error) {
      this.#end(linked, messageOf(error));
    }
  }

  /** The agent dials again, and hears what is wrong if it still is. */
  #end(linked: Linked, reason: string): void {
    if (this.#links.get(linked.key) === linked) this.#links.delete(linked.key);
    linked.agent.close(reason);
  }
}

/** Refused for now: whoever comes again may get through. */
const contended = (text: string): KonsulError => new KonsulError('CONTENDED', text);

function linkedOrThrow(agent: LinkingAgent): Linked {
  const { node, identity } = agent.hello;
  if (node === undefined) throw reject('a reader without a node links to an agent, not to a server');
  if (node.name === '' || node.id === '' || node.id !== identity.nodeId) throw reject('a hello needs the name and the one id of its node');
  return { key: node.name.toLowerCase(), node, identity, agent };
}
