/** What the agent routes ask of a server process: its member, its statistics, its snapshots. */
import type { Member, Operations } from '../api/operations.ts';
import { ProcessOperations, type ProcessOperationsOptions } from '../assembly/process-operations.ts';
import type { Authority } from '../authority/authority.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import type { LocalState } from '../local/local-state.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { KonsulError } from '../runtime/errors.ts';
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

export interface ServerOperationsOptions extends ProcessOperationsOptions {
  readonly membership: Membership;
  /** `host:port`. */
  readonly address: string;
  readonly engine: Engine;
  readonly state: State;
  readonly feed: StateFeed;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly local: LocalState;
}

/** There is one election in the life of a server that leads alone. */
const TERM = 1;

/** Each one holds a list of all records until its client has read it. */
const MAX_SENT_SNAPSHOTS = 2;

export class ServerOperations extends ProcessOperations implements Operations {
  /** Snapshots that are or were sent, and those that were restored. */
  readonly snapshots: { readonly saved: Counter; readonly restored: Counter } = { saved: new Counter(), restored: new Counter() };
  readonly #options: ServerOperationsOptions;
  /** The only server is what it is since it runs. */
  readonly #stableSince: string;
  #sentSnapshots = 0;
  #isRestoring = false;

  constructor(options: ServerOperationsOptions) {
    super(options);
    this.#options = options;
    this.#stableSince = rfc3339(options.clock.wallMs());
  }

  self(): Member {
    return this.#options.membership.self();
  }

  members(): readonly Member[] {
    return this.#options.membership.members();
  }

  leave(): Promise<void> {
    return this.#options.membership.leave();
  }

  async join(address: string): Promise<void> {
    this.#options.membership.join(address);
  }

  forceLeave(node: string, isPruned: boolean): Promise<void> {
    return this.#options.membership.forceLeave(node, isPruned);
  }

  stats(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return serverStats({ ...this.#options, term: TERM });
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
