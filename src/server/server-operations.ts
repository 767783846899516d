/** What the agent routes ask of a server process: its member, its statistics, its snapshots. */
import type { Member, Operations } from '../api/operations.ts';
import type { Authority } from '../authority/authority.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { NODE_VERSION } from '../config/node-version.ts';
import type { LocalState } from '../local/local-state.ts';
import { API_LEVEL, API_REVISION } from '../model/api-level.ts';
import type { Json } from '../model/values.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import { decodeSnapshot, encodeSnapshot } from '../store/snapshot.ts';
import { hostFacts, runtimeFacts } from './machine.ts';
import type { StateFeed } from './state-feed.ts';

export interface ServerOperationsOptions {
  readonly config: AgentConfig;
  readonly nodeId: string;
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

/** Each one holds a list of all records until its client has read it. */
const MAX_SENT_SNAPSHOTS = 2;

export class ServerOperations implements Operations {
  readonly #options: ServerOperationsOptions;
  #sentSnapshots = 0;
  #isRestoring = false;

  constructor(options: ServerOperationsOptions) {
    this.#options = options;
  }

  self(): Member {
    const { config, nodeId } = this.#options;
    const tags = {
      role: 'consul',
      dc: config.datacenter,
      port: String(config.serverPort),
      id: nodeId,
      vsn: '2',
      vsn_min: '2',
      vsn_max: '3',
      raft_vsn: '3',
      build: `${API_LEVEL}:${API_REVISION}`,
      segment: '',
      wan_join_port: '8302',
      acls: '0',
      bootstrap: '1',
      ft_fs: '1',
      ft_si: '1',
    };
    return { name: config.nodeName, address: config.advertiseAddress, port: 8301, tags, status: 1 };
  }

  members(): readonly Member[] {
    return [this.self()];
  }

  debugConfig(): { readonly [key: string]: Json } {
    const { config, nodeId } = this.#options;
    return {
      ACLsEnabled: false,
      AdvertiseAddrLAN: config.advertiseAddress,
      Bootstrap: true,
      ClientAddrs: [...config.clientAddresses],
      DataDir: config.dataDir,
      Datacenter: config.datacenter,
      DevMode: config.isDev,
      EnableScriptChecks: config.enableScriptChecks,
      HTTPMaxConnsPerClient: config.maxConnectionsPerClient,
      HTTPPort: config.httpPort,
      LogLevel: config.logLevel,
      NodeID: nodeId,
      NodeName: config.nodeName,
      ServerMode: true,
      ServerPort: config.serverPort,
      StoreEngine: config.engine,
      UIConfig: { Enabled: false },
    };
  }

  stats(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    const { address, engine, state, feed, local, timers, authority } = this.#options;
    const checks = [...local.checks().values()];
    const ttls = checks.filter((check) => check.type === 'ttl').length;
    const index = String(state.index);
    const isLeader = authority.leadership !== undefined;
    return {
      agent: {
        check_monitors: String(checks.length - ttls),
        check_ttls: String(ttls),
        checks: String(checks.length),
        services: String(local.services().size),
      },
      build: { prerelease: '', revision: API_REVISION, version: API_LEVEL, version_metadata: '' },
      consul: {
        acl: 'disabled',
        bootstrap: 'true',
        known_datacenters: '1',
        leader: String(isLeader),
        leader_addr: engine.leader() ?? '',
        server: 'true',
      },
      konsul: { version: KONSUL_VERSION, engine: engine.name, lineage: feed.lineage, session_ttls: String(timers.activeSessions) },
      raft: {
        applied_index: index,
        commit_index: index,
        last_contact: '0',
        last_log_index: index,
        latest_configuration: `[{Suffrage:Voter ID:${this.#options.nodeId} Address:${address}}]`,
        num_peers: '0',
        state: isLeader ? 'Leader' : 'Follower',
        term: '1',
      },
      runtime: runtimeFacts(NODE_VERSION),
      serf_lan: { encrypted: 'false', event_time: '1', failed: '0', health_score: '0', left: '0', members: '1', query_time: '1' },
    };
  }

  host(): Promise<{ readonly [key: string]: Json }> {
    const { config, clock } = this.#options;
    return hostFacts({ dataDir: config.dataDir, nowMs: clock.wallMs() });
  }

  leader(): string {
    return this.#options.engine.leader() ?? '';
  }

  peers(): readonly string[] {
    return [this.#options.address];
  }

  /** TOO_MANY_CONNECTIONS if two are being sent. One counts from when its reading begins, until it ends, fails or is broken off. */
  saveSnapshot(): { readonly index: number; readonly chunks: AsyncIterable<Uint8Array> } {
    const { state, feed, config, clock } = this.#options;
    if (this.#sentSnapshots >= MAX_SENT_SNAPSHOTS) throw tooManySnapshots();
    const { index } = state;
    const header = { lineage: feed.lineage, index, version: KONSUL_VERSION, datacenter: config.datacenter, takenAtMs: clock.wallMs() };
    const records = state.records();
    return { index, chunks: this.#sent(() => encodeSnapshot(header, records, () => clock.pause())) };
  }

  /** Counted here: a generator that is never begun has no end either. */
  async *#sent(encode: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#sentSnapshots >= MAX_SENT_SNAPSHOTS) throw tooManySnapshots();
    this.#sentSnapshots++;
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
    } finally {
      this.#isRestoring = false;
    }
  }
}

const tooManySnapshots = (): KonsulError => new KonsulError('TOO_MANY_CONNECTIONS', 'too many snapshots at once, try again later');
