/** What the agent and operator routes need of the process they run in. Implemented by the assemblies. */
import type { Json } from '../model/values.ts';
import type { LogLevel } from '../runtime/log-line.ts';
import type { ServerFacts, UsageCounts } from '../wire/operator.ts';

export interface Member {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: Readonly<Record<string, string>>;
  /** 1 alive, 2 leaving, 3 left, 4 failed. */
  readonly status: number;
}

export interface Operations {
  /** This process as a member. */
  self(): Member;
  /** All members; an agent asks a server, or shows whom it last knew. */
  members(): readonly Member[] | Promise<readonly Member[]>;
  /** `DebugConfig` of `/v1/agent/self`: the effective configuration, without secrets. */
  debugConfig(): { readonly [key: string]: Json };
  /** `Stats` of `/v1/agent/self`: group to name to value. */
  stats(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Facts about the machine, for `/v1/agent/host`. */
  host(): Promise<{ readonly [key: string]: Json }>;
  /** `host:port` of the leader, '' if none is known, and of all servers. */
  leader(): string;
  peers(): readonly string[];
  /** All servers, with how far each is. */
  servers(): readonly ServerFacts[];
  /** Counts the catalog; takes its time in a large one. */
  usage(): UsageCounts;
  /**
   * Reads the configuration again and makes what changed take effect; resolves when it has, the services and checks of the files
   * included. Throws CONFIG_INVALID with all problems, and changes nothing then.
   */
  reload(): Promise<void>;
  /** Leaves the cluster; resolves when that is done. The process stops by itself after the answer. */
  leave(): Promise<void>;
  /** Makes contact with another process, by `host` or `host:port`; resolves when it has let this one in. Throws REJECTED with the reason. */
  join(address: string): Promise<void>;
  /**
   * Takes a node that failed for one that has left; pruned, it is no longer listed either. Throws REJECTED, with Consul's text, for a
   * node that is no member.
   */
  forceLeave(node: string, isPruned: boolean): Promise<void>;
  /** The log from now on, as it comes, until `signal` aborts or the process stops. */
  monitor(options: { readonly level: LogLevel; readonly isJson: boolean; readonly signal: AbortSignal }): AsyncIterable<Uint8Array>;
  /** The whole state as a snapshot file, and the index it is of. */
  saveSnapshot(): { readonly index: number; readonly chunks: AsyncIterable<Uint8Array> };
  /** Replaces the whole state. Fails with SNAPSHOT_INVALID, and changes nothing, if the bytes are not a whole, intact snapshot. */
  restoreSnapshot(chunks: AsyncIterable<Uint8Array>): Promise<void>;
}
