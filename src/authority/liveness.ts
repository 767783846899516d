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
import { SelfPreservation } from './self-preservation.ts';

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

interface Watched {
  readonly key: string;
  readonly agent: AgentRecord;
  heardMs: number;
  phase: 'alive' | 'failed' | 'reaping';
}

/** Frames may wait unread behind a stalled event loop: nobody expires before it has turned once more. */
const LAST_CALL_MS = 50;
const RETRY_MS = 1_000;
/** A sweep that is later than this: the process stood still, and could hear nobody. */
const STALL_MS = 1_000;
/** So often in a grace time the clock is looked at, so that a pause of the process is seen as one. */
const LOOKS_PER_GRACE = 6;
/** Who missed more than a heartbeat counts as silent. */
const SILENT_HEARTBEATS = 1.5;

export class Liveness implements LeaderDuty {
  readonly meters: LivenessMeters;
  readonly #options: LivenessOptions;
  readonly #preservation: SelfPreservation;
  /** Longest silence first, in both: who is heard goes to the end. */
  readonly #alive = new Map<string, Watched>();
  readonly #failed = new Map<string, Watched>();
  /** Expired not long ago: they fell silent together with those that are about to. */
  #lately: Watched[] = [];
  /** Whose new phase could not be written. */
  readonly #unwritten = new Set<Watched>();
  #timer: Timer | undefined;
  #dueMs = 0;

  constructor(options: LivenessOptions) {
    const { selfPreservationPercent: percent, selfPreservationMaxMs: maxMs } = options.settings;
    this.#options = options;
    this.#preservation = new SelfPreservation({ percent, maxMs, logger: options.logger });
    this.meters = new LivenessMeters({
      alive: () => this.#alive.size,
      failed: () => this.#failed.size,
      isPreserving: () => this.#preservation.isActive,
    });
  }

  /** Anything came from the agent of a node. Cheap; nothing happens for a node that is not watched. */
  heard(node: string): void {
    const key = node.toLowerCase();
    const watched = this.#alive.get(key);
    if (watched === undefined) return this.#heardAgain(this.#failed.get(key));
    const nowMs = this.#options.clock.nowMs();
    if (watched.heardMs === nowMs) return;
    watched.heardMs = nowMs;
    this.#alive.delete(key);
    this.#alive.set(key, watched);
  }

  restart(): void {
    this.stop();
    for (const agent of this.#options.state.tables.agent.all()) this.#watch(agent);
    this.#arm();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const group of [this.#alive, this.#failed, this.#unwritten]) group.clear();
    this.#lately = [];
    this.#preservation.reset();
  }

  applied(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) {
      if (table !== 'agent') continue;
      this.#forget(key.slice('agent/'.length));
      if (value !== undefined) this.#watch(value as AgentRecord);
    }
    this.#arm();
  }

  renewed(): void {}

  /** From now on, as the catalog has it. */
  #watch(agent: AgentRecord): void {
    const key = agent.node.toLowerCase();
    const isFailed = this.#options.state.catalog.entry(key)?.checks.get(SERF_HEALTH)?.status === 'critical';
    const watched: Watched = { key, agent, heardMs: this.#options.clock.nowMs(), phase: isFailed ? 'failed' : 'alive' };
    (isFailed ? this.#failed : this.#alive).set(key, watched);
  }

  #forget(key: string): void {
    for (const group of [this.#alive, this.#failed]) {
      const watched = group.get(key);
      group.delete(key);
      if (watched !== undefined) this.#unwritten.delete(watched);
    }
  }

  #heardAgain(watched: Watched | undefined): void {
    if (watched === undefined) return;
    watched.heardMs = this.#options.clock.nowMs();
    this.#failed.delete(watched.key);
    this.#alive.set(watched.key, watched);
    this.#enter(watched, 'alive');
    this.#options.logger.info({ node: watched.agent.node }, 'node is heard again');
  }

  /** One timer for all; none while nobody is watched. */
  #arm(): void {
    if (this.#timer !== undefined || this.#alive.size + this.#failed.size === 0) return;
    const nowMs = this.#options.clock.nowMs();
    const delayMs = Math.max(Math.min(this.#nextDueMs() - nowMs, this.#longestSleepMs()), 0);
    this.#dueMs = nowMs + delayMs;
    this.#timer = this.#options.clock.after(delayMs, () => this.#look());
  }

  #nextDueMs(): number {
    const { graceMs, reapAfterMs } = this.#options.settings;
    const dueMs = (group: Map<string, Watched>, silenceMs: number): number => (firstOf(group)?.heardMs ?? Number.MAX_VALUE) + silenceMs;
    return Math.min(dueMs(this.#alive, graceMs), dueMs(this.#failed, reapAfterMs));
  }

  #longestSleepMs(): number {
    if (this.#unwritten.size > 0 || this.#preservation.isActive) return RETRY_MS;
    return this.#alive.size > 0 ? this.#options.settings.graceMs / LOOKS_PER_GRACE : Number.MAX_VALUE;
  }

  /** First half of a sweep: finds out whether anybody may be due. */
  #look(): void {
    this.#timer = undefined;
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    this.#giveBackStall(nowMs);
    for (const watched of [...this.#unwritten]) this.#write(watched);
    if (this.#nextDueMs() > nowMs) return this.#arm();
    this.#dueMs = nowMs + LAST_CALL_MS;
    this.#timer = clock.after(LAST_CALL_MS, () => this.#sweep(nowMs));
  }

  /** Second half: whoever was due at `cutMs` and has still not been heard. */
  #sweep(cutMs: number): void {
    this.#timer = undefined;
    const nowMs = this.#options.clock.nowMs();
    if (!this.#giveBackStall(nowMs) && this.#preservation.mayExpire(this.#silence(nowMs), nowMs)) {
      this.#expire(cutMs);
      this.#reap(cutMs);
    }
    this.#arm();
  }

  /**
   * The time in which this process stood still counts for nobody. After a long stall, agents have given up their links, and need a whole
   * grace time to come back.
   */
  #giveBackStall(nowMs: number): boolean {
    const stallMs = nowMs - this.#dueMs;
    if (stallMs <= STALL_MS) return false;
    const isLong = stallMs >= this.#options.settings.graceMs / 2;
    for (const group of [this.#alive, this.#failed])
      for (const watched of group.values()) watched.heardMs = isLong ? nowMs : Math.min(watched.heardMs + stallMs, nowMs);
    this.#options.logger.warn({ stallMs: Math.round(stallMs) }, 'this process stood still: no node expires for that');
    return true;
  }

  /** Who fell silent within about a grace time, expired or not. As many steps as there are such nodes. */
  #silence(nowMs: number): { readonly silent: number; readonly total: number } {
    const { graceMs, heartbeatMs } = this.#options.settings;
    this.#lately = this.#lately.filter(({ heardMs, phase }) => phase !== 'alive' && heardMs > nowMs - 2 * graceMs);
    const silentMs = Math.min(heartbeatMs * SILENT_HEARTBEATS, graceMs);
    let silent = this.#lately.length;
    for (const { heardMs } of this.#alive.values()) {
      if (nowMs - heardMs < silentMs) break;
      silent += 1;
    }
    return { silent, total: this.#alive.size + this.#lately.length };
  }

  #expire(cutMs: number): void {
    for (const watched of this.#overdue(this.#alive, cutMs - this.#options.settings.graceMs)) {
      this.#failed.set(watched.key, watched);
      this.#lately.push(watched);
      this.meters.expired.increment();
      this.#options.logger.warn({ node: watched.agent.node }, 'node is not heard any more: its serfHealth is critical');
      this.#enter(watched, 'failed');
    }
  }

  #reap(cutMs: number): void {
    for (const watched of this.#overdue(this.#failed, cutMs - this.#options.settings.reapAfterMs)) {
      this.meters.reaped.increment();
      this.#options.logger.warn({ node: watched.agent.node }, 'node has been silent for too long, and is deregistered');
      this.#enter(watched, 'reaping');
    }
  }

  /** Takes out those that were last heard at `limitMs` or before. */
  #overdue(group: Map<string, Watched>, limitMs: number): readonly Watched[] {
    const found: Watched[] = [];
    for (const watched of group.values()) {
      if (watched.heardMs > limitMs) break;
      found.push(watched);
      group.delete(watched.key);
    }
    return found;
  }

  #enter(watched: Watched, phase: Watched['phase']): void {
    watched.phase = phase;
    this.#write(watched);
  }

  /** Submits, and tries again at a later look while the phase is the same. Commands are decided in order, so the last phase wins. */
  #write(watched: Watched): void {
    this.#unwritten.delete(watched);
    const { phase } = watched;
    this.#options.authority.submit(commandFor(watched)).catch((error: unknown) => {
      if (watched.phase !== phase || !this.#isWatched(watched)) return;
      this.#options.logger.warn({ node: watched.agent.node, error: messageOf(error) }, 'liveness could not be written, will try again');
      this.#unwritten.add(watched);
      this.#arm();
    });
  }

  #isWatched(watched: Watched): boolean {
    return this.#options.state.tables.agent.get(watched.key) === watched.agent;
  }
}

const firstOf = (group: Map<string, Watched>): Watched | undefined => group.values().next().value;

function commandFor({ agent: { node, nodeId }, phase }: Watched): NodeHealth | NodeLeave {
  return phase === 'reaping' ? { kind: 'node.leave', node, nodeId } : { kind: 'node.health', node, nodeId, isAlive: phase === 'alive' };
}
