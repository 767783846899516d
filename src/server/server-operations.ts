/** What the agent routes ask of a server process: its member, its statistics, its snapshots. */
import type { Member, Operations } from '../api/operations.ts';
import { hostFacts } from '../assembly/machine.ts';
import type { ProcessControl } from '../assembly/process-control.ts';
import type { Authority } from '../authority/authority.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { shownConfig } from '../config/shown-config.ts';
import type { LocalState } from '../local/local-state.ts';
import type { Json } from '../model/values.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type MonitorOptions, monitorLog } from '../runtime/log-monitor.ts';
import { Counter } from '../runtime/metrics-instruments.ts';
import { rfc3339 } from '../runtime/utc-text.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { decodeSnapshot, encodeSnapshot } from '../store/snapshot.ts';
import type { ServerFacts, UsageCounts } from '../wire/operator.ts';
import { catalogUsage } from './catalog-usage.ts';
import type { Membership } from './membership.ts';
import { serverStats } from './server-stats.ts';
import type { StateFeed } from './state-feed.ts';

export interface ServerOperationsOptions {
  /** Replaced by a reload. */
  readonly config: { readonly current: AgentConfig };
  readonly nodeId: string;
  readonly membership: Membership;
  readonly control: ProcessControl | undefined;
  /** `host:port`. */
  readonly address: string;
  readonly engine: Engine;
  readonly state: State;
  readonly feed: StateFeed;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly local: LocalState;
  readonly clock: Clock;
}

type MonitorRequest = Pick<MonitorOptions, 'level' | 'isJson' | 'signal'>;

/** There is one election in the life of a server that leads alone. */
const TERM = 1;

/** Each one holds a list of all records until its client has read it. */
const MAX_SENT_SNAPSHOTS = 2;

export class ServerOperations implements Operations {
  /** Snapshots that are or were sent, and those that were restored. */
  readonly snapshots: { readonly saved: Counter; readonly restored: Counter } = { saved: new Counter(), restored: new Counter() };
  readonly #options: ServerOperationsOptions;
  /** The only server is what it is since it runs. */
  readonly #stableSince: string;
  #sentSnapshots = 0;
  #isRestoring = false;

  constructor(options: ServerOperationsOptions) {
    this.#options = options;
    this.#stableSince = rfc3339(options.clock.wallMs());
  }

  self(): Member {
    return this.#options.membership.self();
  }

  members(): readonly Member[] {
    return this.#options.membership.members();
  }

  async reload(): Promise<void> {
    await this.#control().reload();
  }

  leave(): Promise<void> {
    return this.#options.membership.leave();
  }

  async join(address: string): Promise<void> {
    this.#options.membership.join(address);
  }

  async forceLeave(node: string): Promise<void> {
    this.#options.membership.forceLeave(node);
  }

  monitor(options: MonitorRequest): AsyncIterable<Uint8Array> {
    return monitorLog({ ...options, hub: this.#control().logs, clock: this.#options.clock });
  }

  debugConfig(): { readonly [key: string]: Json } {
    return { ...shownConfig(this.#options.config.current), NodeID: this.#options.nodeId };
  }

  stats(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return serverStats({ ...this.#options, term: TERM });
  }

  host(): Promise<{ readonly [key: string]: Json }> {
    const { config, clock } = this.#options;
    return hostFacts({ dataDir: config.current.dataDir, nowMs: clock.wallMs() });
  }

  leader(): string {
    return this.#options.engine.leader() ?? '';
  }

  peers(): readonly string[] {
    return [this.#options.address];
  }

  servers(): readonly ServerFacts[] {
    const { config, nodeId, address, state, authority } = this.#options;
    return [
      {
        id: nodeId,
        name: config.current.nodeName,
        address,
        isLeader: authority.leadership !== undefined,
        term: TERM,
        lastIndex: state.index,
        stableSince: this.#stableSince,
      },
    ];
  }

  usage(): UsageCounts {
    return catalogUsage(this.#options.state.catalog);
  }

  /** TOO_MANY_CONNECTIONS if two are being sent. One counts from when its reading begins, until it ends, fails or is broken off. */
  saveSnapshot(): { readonly index: number; readonly chunks: AsyncIterable<Uint8Array> } {
    const { state, feed, config, clock } = this.#options;
    if (this.#sentSnapshots >= MAX_SENT_SNAPSHOTS) throw tooManySnapshots();
    const { index } = state;
    const header = {
      lineage: feed.lineage,
      index,
      version: KONSUL_VERSION,
      datacenter: config.current.datacenter,
      takenAtMs: clock.wallMs(),
    };
    const records = state.records();
    return { index, chunks: this.#sent(() => encodeSnapshot(header, records, () => clock.pause())) };
  }

  /** Counted here: a generator that is never begun has no end either. */
  async *#sent(encode: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#sentSnapshots >= MAX_SENT_SNAPSHOTS) throw tooManySnapshots();
    this.#sentSnapshots++;
    this.snapshots.saved.increment();
    try {
      yield* encode();
    } finally {
      this.#sentSnapshots--;
    }
  }

  #control(): ProcessControl {
    const { control } = this.#options;
    if (control === undefined)
      throw new KonsulError('REJECTED', 'this server is embedded in a program, which has no configuration files and no log of its own');
    return control;
  }

  /** One at a time; TOO_MANY_CONNECTIONS for others. */
  async restoreSnapshot(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { engine, authority, feed } = this.#options;
    if (this.#isRestoring) throw tooManySnapshots();
    this.#isRestoring = true;
    try {
      const { header, records } = await decodeSnapshot(chunks);
      await authority.exclusively(async (leadership) => feed.replaced(await engine.replace(records, header.index, leadership)));
      this.snapshots.restored.increment();
    } finally {
      this.#isRestoring = false;
    }
  }
}

const tooManySnapshots = (): KonsulError => new KonsulError('TOO_MANY_CONNECTIONS', 'too many snapshots at once, try again later');
