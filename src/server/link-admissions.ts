/**
 * Lets agents in, and knows who is linked: the `admit` of the link's serving half. The authority decides whose a node is; here the holder
 * of a name is asked whether it lives, and whoever is replaced is closed. Owns the list of links; nothing of it is stored.
 */

import type { Authority } from '../authority/authority.ts';
import { nameReserved } from '../authority/catalog-rules.ts';
import { reject } from '../authority/define-command.ts';
import type { LeaderDuty } from '../authority/duties.ts';
import { copyOfLiving } from '../authority/identity-rules.ts';
import type { Liveness } from '../authority/liveness.ts';
import type { NodeDefinition } from '../model/commands/catalog.ts';
import type { LinkIdentity, LinkResult } from '../model/commands/node.ts';
import { SERF_HEALTH } from '../model/node.ts';
import type { Change } from '../model/record.ts';
import type { Tombstone } from '../model/tombstone.ts';
import type { Clock } from '../runtime/clock.ts';
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
  readonly clock: Clock;
  /** `liveness.grace`: so long after a leadership began its agents may not have linked yet. */
  readonly graceMs: number;
  readonly logger: Logger;
}

interface Linked {
  /** The name of the node in lower case. */
  readonly key: string;
  readonly node: NodeDefinition;
  readonly identity: LinkIdentity;
  readonly agent: LinkingAgent;
  /** When anything last came from it. */
  heardMs: number;
}

type Held = Extract<LinkResult, { readonly kind: 'held' }>;

/** A holder of a name that says nothing for so long is gone. */
const ASK_TIMEOUT_MS = 2_000;
/** One that was heard within a heartbeat before may only be stalled: it is asked once more, for so long. */
const ASK_AGAIN_TIMEOUT_MS = 3_000;
/** Longer than any node name that Consul's members have. */
const MAX_NAME_LENGTH = 255;
const CONTROL = /\p{Cc}/u;
/** A UUID, or what is written like one. */
const NODE_ID = /^[0-9a-z-]{1,64}$/i;
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
  /** Node ids of agents that linked during this leadership. */
  readonly #known = new Set<string>();
  /** When this leadership began, or all was replaced. */
  #ledMs: number | undefined;
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
    const linked = linkedOrThrow(agent, this.#options.clock.nowMs());
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
      heard: () => this.#heard(linked),
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
    const isReplaced = this.#ledMs !== undefined;
    this.#ledMs = this.#options.clock.nowMs();
    this.#known.clear();
    if (!isReplaced) for (const { identity } of this.#links.values()) this.#known.add(identity.nodeId);
    for (const linked of this.#links.values()) void this.#linkAgain(linked);
  }

  stop(): void {
    this.#ledMs = undefined;
    this.#known.clear();
  }

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
        await this.#mayReplaceOrThrow(result, node, identity);
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

  async #mayReplaceOrThrow({ node: name, nodeId, runId }: Held, wanted: NodeDefinition, { isFresh }: LinkIdentity): Promise<void> {
    const isOwnId = nodeId === wanted.id && !isFresh;
    // Killed while it was let in, or alive: its own restart may come again and learn which.
    if (isOwnId && this.#arriving.has(runId)) throw contended('another link of the same agent is being let in');
    if (!(await this.#lives(name, runId))) {
      if (nodeId !== wanted.id && this.#isAwaited(name, nodeId, runId))
        throw contended(`node ${name} is kept for its agent, node id ${nodeId}, which has not linked since this leadership began`);
      return;
    }
    const { catalog } = this.#options.state;
    const holder = catalog.node(name);
    if (holder !== undefined && isOwnId) throw copyOfLiving(holder);
    if (holder !== undefined) throw nameReserved(wanted, holder, catalog.nodeById(wanted.id) !== undefined);
  }

  /** Who is at the door has just proven that it lives, and cannot be asked yet. */
  async #lives(name: string, runId: string): Promise<boolean> {
    if (this.#arriving.has(runId)) return true;
    const link = this.#linkOf(name, runId);
    if (link === undefined) return false;
    if (await this.#answers(link)) return true;
    const later = this.#arriving.get(runId) ?? this.#linkOf(name, runId);
    return later !== undefined && later !== link;
  }

  async #answers({ agent, heardMs }: Linked): Promise<boolean> {
    const silentMs = this.#options.clock.nowMs() - heardMs;
    if (await agent.answers(ASK_TIMEOUT_MS)) return true;
    return silentMs <= agent.hello.heartbeatMs && (await agent.answers(ASK_AGAIN_TIMEOUT_MS));
  }

  /** Right after a leadership began, whoever dials first need not be whose the node is: the agent that has it is on its way. */
  #isAwaited(name: string, nodeId: string, runId: string): boolean {
    const { clock, graceMs, state } = this.#options;
    if (runId === '' || this.#linkOf(name, runId) !== undefined || this.#known.has(nodeId)) return false;
    if (this.#ledMs === undefined || clock.nowMs() - this.#ledMs >= graceMs) return false;
    return state.catalog.entry(name)?.checks.get(SERF_HEALTH)?.status === 'passing';
  }

  #heard(linked: Linked): void {
    linked.heardMs = this.#options.clock.nowMs();
    this.#options.liveness.heard(linked.key);
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
    if (this.#ledMs !== undefined && this.#options.clock.nowMs() - this.#ledMs < this.#options.graceMs)
      this.#known.add(linked.identity.nodeId);
    this.#options.members.stays(key);
    this.#heard(linked);
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
      const replaces = this.#formerRuns(identity);
      const result = await this.#options.authority.submit({ kind: 'node.link', node, identity, replaces });
      if (result.kind === 'held') this.#end(linked, 'its node belongs to another agent now');
      else this.#resync(node.name);
    } catch (error) {
      this.#end(linked, messageOf(error));
    }
  }

  /** What a restored snapshot has of earlier starts of an agent that is linked: that one follows them. */
  #formerRuns({ nodeId, boot }: LinkIdentity): readonly string[] {
    const { catalog, tables } = this.#options.state;
    const record = tables.agent.get(catalog.nodeById(nodeId)?.name.toLowerCase() ?? '');
    return record?.nodeId === nodeId && record.boot < boot ? [record.runId] : [];
  }

  /** The agent dials again, and hears what is wrong if it still is. */
  #end(linked: Linked, reason: string): void {
    if (this.#links.get(linked.key) === linked) this.#links.delete(linked.key);
    linked.agent.close(reason);
  }
}

/** Refused for now: whoever comes again may get through. */
const contended = (text: string): KonsulError => new KonsulError('CONTENDED', text);

function linkedOrThrow(agent: LinkingAgent, heardMs: number): Linked {
  const { node, identity } = agent.hello;
  if (node === undefined) throw reject('a reader without a node links to an agent, not to a server');
  if (node.name === '' || node.id === '' || node.id !== identity.nodeId) throw reject('a hello needs the name and the one id of its node');
  assertBounded(node);
  return { key: node.name.toLowerCase(), node, identity, agent, heardMs };
}

/** Names and ids are in logs, answers and keys of the store. */
function assertBounded({ name, id }: NodeDefinition): void {
  if (name.length > MAX_NAME_LENGTH)
    throw new KonsulError('BAD_REQUEST', `a node name has at most ${MAX_NAME_LENGTH} characters, this one ${name.length}`);
  if (CONTROL.test(name)) throw new KonsulError('BAD_REQUEST', 'a node name has no control characters');
  if (!NODE_ID.test(id)) throw new KonsulError('BAD_REQUEST', 'a node id is a UUID: letters, digits and dashes, at most 64');
}
