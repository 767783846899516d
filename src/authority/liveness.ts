/**
 * Watches the nodes of agents: one that is not heard for the grace time has its `serfHealth` turned critical, one that is not heard for
 * much longer is deregistered (DESIGN section 8). Follows the table of agents, so nodes of the catalog alone are never touched.
 * Lives in the leader's memory; a new leader starts each at full length.
 */
import type { AgentRecord } from '../model/agent-record.ts';
import type { NodeHealth, NodeLeave } from '../model/commands/node.ts';
import { SERF_HEALTH } from '../model/node.ts';
import type { Change } from '../model/record.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { State } from '../state/state.ts';
import type { Authority } from './authority.ts';
import type { LeaderDuty } from './duties.ts';
import { LivenessMeters } from './liveness-meters.ts';
import { SelfPreservation, type Silence } from './self-preservation.ts';
import { type Watched, WatchList } from './watch-list.ts';

export interface LivenessSettings {
  /** Silent for longer: critical. */
  readonly graceMs: number;
  /** Silent for longer: deregistered. */
  readonly reapAfterMs: number;
  /** If more of the nodes than this fall silent together, none expires. */
  readonly selfPreservationPercent: number;
  readonly selfPreservationMaxMs: number;
  /** Between two signs of life of an agent that has nothing to say. */
  readonly heartbeatMs: number;
}

export interface LivenessOptions {
  readonly authority: Pick<Authority, 'submit'>;
  readonly state: State;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: LivenessSettings;
}

/** Frames may wait unread behind a stalled event loop: nobody expires before it has turned once more. */
const LAST_CALL_MS = 50;
/** Between two tries of a write, and between two judgements while the network is blamed. */
const RETRY_MS = 1_000;
/** A sweep that is later than this: the process stood still, and could hear nobody. */
const STALL_MS = 1_000;
/** So often in a grace time the clock is looked at, so that a pause of the process is seen as one. */
const LOOKS_PER_GRACE = 6;
/** Who missed more than a heartbeat counts as silent. */
const SILENT_HEARTBEATS = 1.5;
/** So many names are logged of nodes that expire together. */
const LOGGED_NODES = 10;

export class Liveness implements LeaderDuty {
  readonly meters: LivenessMeters;
  readonly #options: LivenessOptions;
  readonly #preservation: SelfPreservation;
  readonly #list = new WatchList();
  /** Expired not long ago: they fell silent together with those that are about to. */
  #lately: Watched[] = [];
  /** Whose phase could not be written. */
  readonly #unwritten = new Set<Watched>();
  #timer: Timer | undefined;
  #dueMs = 0;
  /** Between the halves of a sweep. */
  #isLastCall = false;

  constructor(options: LivenessOptions) {
    const { selfPreservationPercent: percent, selfPreservationMaxMs: maxMs } = options.settings;
    this.#options = options;
    this.#preservation = new SelfPreservation({ percent, maxMs, logger: options.logger });
    this.meters = new LivenessMeters({
      alive: () => this.#list.count('alive'),
      failed: () => this.#list.count('failed') + this.#list.count('reaping'),
      isPreserving: () => this.#preservation.isActive,
    });
  }

  /** Anything came from the agent of a node. Cheap; nothing happens for a node that is not watched. */
  heard(node: string): void {
    const key = node.toLowerCase();
    const watched = this.#list.get(key);
    if (watched === undefined) return;
    const { phase } = watched;
    const nowMs = this.#options.clock.nowMs();
    if (phase === 'alive' && watched.heardMs === nowMs) return;
    this.#list.heard(key, nowMs);
    if (phase === 'alive') return;
    this.#options.logger.info({ node: watched.agent.node }, 'node is heard again');
    this.#write(watched);
    this.#arm();
  }

  restart(): void {
    this.stop();
    for (const agent of this.#options.state.tables.agent.all()) this.#watch(agent);
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isLastCall = false;
    this.#list.clear();
    this.#unwritten.clear();
    this.#lately = [];
    this.#preservation.reset();
  }

  applied(changes: readonly Change[]): void {
    const keys = changes.filter(({ table }) => table === 'agent').map(({ key }) => key.slice('agent/'.length));
    if (keys.length === 0) return;
    for (const key of keys) {
      const agent = this.#options.state.tables.agent.get(key);
      if (agent === undefined) this.#list.remove(key);
      else this.#watch(agent);
    }
    this.#arm();
  }

  renewed(): void {}

  /** From now on, as the catalog has it. */
  #watch(agent: AgentRecord): void {
    const { state, clock } = this.#options;
    const isFailed = state.catalog.entry(agent.node)?.checks.get(SERF_HEALTH)?.status === 'critical';
    this.#list.add(agent, isFailed ? 'failed' : 'alive', clock.nowMs());
  }

  /** One timer for all; none while nobody is watched. */
  #arm(): void {
    if (this.#list.isEmpty || this.#isLastCall) return;
    const nowMs = this.#options.clock.nowMs();
    const dueMs = nowMs + this.#sleepMs(nowMs);
    if (this.#timer !== undefined && this.#dueMs <= dueMs) return;
    this.#setTimer(dueMs, () => this.#look());
  }

  #setTimer(dueMs: number, task: () => void): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.after(dueMs - clock.nowMs(), () => {
      this.#timer = undefined;
      task();
      this.#arm();
    });
  }

  #sleepMs(nowMs: number): number {
    if (this.#preservation.isUndecided) return RETRY_MS;
    const lookMs = this.#list.count('alive') > 0 ? this.#options.settings.graceMs / LOOKS_PER_GRACE : Number.MAX_SAFE_INTEGER;
    const retryMs = this.#unwritten.size > 0 ? RETRY_MS : Number.MAX_SAFE_INTEGER;
    return Math.max(Math.min(this.#nextDueMs() - nowMs, lookMs, retryMs), 0);
  }

  #nextDueMs(): number {
    const { graceMs, reapAfterMs } = this.#options.settings;
    const expiryMs = (this.#list.oldestMs('alive') ?? Number.MAX_SAFE_INTEGER) + graceMs;
    const reapMs = (this.#list.oldestMs('failed') ?? Number.MAX_SAFE_INTEGER) + reapAfterMs;
    return Math.min(expiryMs, reapMs);
  }

  /** First half of a sweep: finds out whether anybody may be due. */
  #look(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#forgiveStall(nowMs);
    for (const watched of [...this.#unwritten]) this.#write(watched);
    const isAnyDue = this.#nextDueMs() <= nowMs;
    if (!isAnyDue && !this.#preservation.isUndecided) return;
    this.#isLastCall = true;
    this.#setTimer(nowMs + LAST_CALL_MS, () => this.#sweep(nowMs));
  }

  /** Second half: whoever was due at `cutMs` and has still not been heard. */
  #sweep(cutMs: number): void {
    this.#isLastCall = false;
    const nowMs = this.#options.clock.nowMs();
    if (this.#forgiveStall(nowMs) || !this.#preservation.mayExpire(this.#silence(nowMs), nowMs)) return;
    const { graceMs, reapAfterMs } = this.#options.settings;
    this.#expire(cutMs - graceMs);
    this.#reap(cutMs - reapAfterMs);
  }

  /**
   * The time in which this process stood still counts for nobody. After a long stall, agents have given up their links, and need a whole
   * grace time to come back.
   */
  #forgiveStall(nowMs: number): boolean {
    const stallMs = nowMs - this.#dueMs;
    if (stallMs <= STALL_MS) return false;
    this.#list.forgive(stallMs < this.#options.settings.graceMs / 2 ? stallMs : Number.MAX_SAFE_INTEGER, nowMs);
    this.#options.logger.warn({ stallMs: Math.round(stallMs) }, 'this process stood still: no node expires for that');
    return true;
  }

  /** Who fell silent within about a grace time, expired or not. As many steps as there are such nodes. */
  #silence(nowMs: number): Silence {
    const { graceMs, heartbeatMs } = this.#options.settings;
    // While the network is blamed, only nodes that are back end that: time alone does not.
    const limitMs = this.#preservation.isActive ? Number.MIN_SAFE_INTEGER : nowMs - 2 * graceMs;
    this.#lately = this.#lately.filter(({ heardMs, phase }) => phase !== 'alive' && heardMs > limitMs);
    const silentMs = Math.min(heartbeatMs * SILENT_HEARTBEATS, graceMs);
    const silent = this.#list.countSilent('alive', nowMs - silentMs);
    return { silent: silent + this.#lately.length, total: this.#list.count('alive') + this.#lately.length };
  }

  #expire(limitMs: number): void {
    const expired = this.#list.advance('alive', 'failed', limitMs);
    if (expired.length === 0) return;
    this.meters.expired.record(expired.length);
    this.#lately.push(...expired);
    this.#options.logger.warn(namesOf(expired), 'nodes are not heard any more: their serfHealth is critical');
    for (const watched of expired) this.#write(watched);
  }

  #reap(limitMs: number): void {
    const reaped = this.#list.advance('failed', 'reaping', limitMs);
    if (reaped.length === 0) return;
    this.meters.reaped.record(reaped.length);
    this.#options.logger.warn(namesOf(reaped), 'nodes have been silent for too long, and are deregistered');
    for (const watched of reaped) this.#write(watched);
  }

  /** Submits, and tries again at a later look while the phase is the same. Commands are decided in order, so the last phase wins. */
  #write(watched: Watched): void {
    this.#unwritten.delete(watched);
    if (this.#list.get(watched.key) !== watched) return;
    const { phase } = watched;
    this.#options.authority.submit(commandFor(watched)).catch((error: unknown) => {
      if (watched.phase !== phase || this.#list.get(watched.key) !== watched) return;
      this.#options.logger.warn({ node: watched.agent.node, error: messageOf(error) }, 'liveness could not be written, will try again');
      this.#unwritten.add(watched);
      this.#arm();
    });
  }
}

const namesOf = (list: readonly Watched[]): { readonly count: number; readonly nodes: readonly string[] } => ({
  count: list.length,
  nodes: list.slice(0, LOGGED_NODES).map(({ agent }) => agent.node),
});

function commandFor({ agent: { node, nodeId }, phase }: Watched): NodeHealth | NodeLeave {
  return phase === 'reaping' ? { kind: 'node.leave', node, nodeId } : { kind: 'node.health', node, nodeId, isAlive: phase === 'alive' };
}
