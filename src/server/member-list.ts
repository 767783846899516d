/**
 * The agents of the cluster, as Consul shows members: those that the catalog has, and for a while those that have left it. Follows the
 * state, so it is there again after a restart; who left before that is forgotten.
 */
import type { Member } from '../api/operations.ts';
import type { LeaderDuty } from '../authority/duties.ts';
import type { AgentRecord } from '../model/agent-record.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import { type Node, SERF_HEALTH } from '../model/node.ts';
import { type Change, parseKey } from '../model/record.ts';
import type { Clock } from '../runtime/clock.ts';
import type { State } from '../state/state.ts';

export interface MemberListOptions {
  readonly datacenter: string;
  /** Agents listen for nobody: shown is where they would in Consul. */
  readonly memberPort: number;
  readonly state: State;
  readonly clock: Clock;
}

/** The numbers that Consul's clients know. */
export const MEMBER_STATUS: { readonly alive: 1; readonly leaving: 2; readonly left: 3; readonly failed: 4 } = {
  alive: 1,
  leaving: 2,
  left: 3,
  failed: 4,
};

interface Departed {
  readonly member: Member;
  readonly sinceMs: number;
}

const KEPT_MS = 72 * 3_600_000;
/** More of those that left are not remembered: nodes may come and go for ever. */
const MAX_DEPARTED = 10_000;
const SERF_HEALTH_END = `/check/${SERF_HEALTH}`;

export class MemberList implements LeaderDuty {
  readonly #options: MemberListOptions;
  /** By node name in lower case, as are the others. */
  readonly #present = new Map<string, Member>();
  /** Told to leave; true: not to be listed afterwards. */
  readonly #leaving = new Map<string, boolean>();
  /** Longest ago first. */
  readonly #departed = new Map<string, Departed>();

  constructor(options: MemberListOptions) {
    this.#options = options;
  }

  /** By name. */
  list(): readonly Member[] {
    this.#dropOld();
    return [...this.#present.values(), ...Array.from(this.#departed.values(), ({ member }) => member)].sort(byName);
  }

  get(name: string): Member | undefined {
    this.#dropOld();
    const key = name.toLowerCase();
    return this.#present.get(key) ?? this.#departed.get(key)?.member;
  }

  isLeaving(name: string): boolean {
    return this.#leaving.has(name.toLowerCase());
  }

  /** It is to leave: it has left as soon as its node is out of the catalog. */
  leaving(name: string, isPruned: boolean): void {
    const key = name.toLowerCase();
    if (!this.#present.has(key)) return;
    this.#leaving.set(key, isPruned);
    this.#refresh(key);
  }

  /** It linked again after all. */
  stays(name: string): void {
    const key = name.toLowerCase();
    if (this.#leaving.delete(key)) this.#refresh(key);
  }

  /** No longer lists one that has left. */
  forget(name: string): void {
    this.#departed.delete(name.toLowerCase());
  }

  restart(): void {
    for (const key of new Set([...this.#present.keys(), ...Array.from(this.#options.state.tables.agent.all(), keyOf)])) this.#refresh(key);
  }

  stop(): void {}

  applied(changes: readonly Change[]): void {
    for (const { table, key } of changes) {
      if (table === 'agent') this.#refresh(key.slice('agent/'.length));
      else if (table === 'node' || key.endsWith(SERF_HEALTH_END)) this.#refresh(parseKey(key)?.node ?? '');
    }
  }

  renewed(): void {}

  #refresh(key: string): void {
    const { state } = this.#options;
    const agent = state.tables.agent.get(key);
    const node = state.catalog.node(key);
    if (agent === undefined || node === undefined) this.#depart(key);
    else {
      this.#departed.delete(key);
      this.#present.set(key, this.#describe(agent, node));
    }
  }

  #depart(key: string): void {
    const member = this.#present.get(key);
    if (member === undefined) return;
    const isPruned = this.#leaving.get(key) ?? false;
    this.#present.delete(key);
    this.#leaving.delete(key);
    if (isPruned) return;
    this.#departed.set(key, { member: { ...member, status: MEMBER_STATUS.left }, sinceMs: this.#options.clock.nowMs() });
    this.#dropOld();
  }

  #dropOld(): void {
    const limitMs = this.#options.clock.nowMs() - KEPT_MS;
    for (const [key, { sinceMs }] of this.#departed) {
      if (sinceMs > limitMs && this.#departed.size <= MAX_DEPARTED) return;
      this.#departed.delete(key);
    }
  }

  #describe(agent: AgentRecord, { name, address }: Node): Member {
    const { datacenter: dc, memberPort: port } = this.#options;
    const build = `${API_LEVEL}:${API_REVISION}`;
    const tags = { role: 'node', dc, id: agent.nodeId, vsn: '2', vsn_min: '2', vsn_max: '3', build, segment: '', acls: '0' };
    return { name, address, port, tags, status: this.#statusOf(name) };
  }

  #statusOf(name: string): number {
    if (this.isLeaving(name)) return MEMBER_STATUS.leaving;
    const health = this.#options.state.catalog.entry(name)?.checks.get(SERF_HEALTH);
    return health?.status === 'critical' ? MEMBER_STATUS.failed : MEMBER_STATUS.alive;
  }
}

const keyOf = ({ node }: AgentRecord): string => node.toLowerCase();
const byName = (a: Member, b: Member): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
