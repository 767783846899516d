/** What the agent and operator routes need of the process they run in. Implemented by the assemblies. */
import type { Json } from '../model/values.ts';

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
  members(): readonly Member[];
  /** `DebugConfig` of `/v1/agent/self`: the effective configuration, without secrets. */
  debugConfig(): { readonly [key: string]: Json };
  /** `Stats` of `/v1/agent/self`: group to name to value. */
  stats(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Facts about the machine, for `/v1/agent/host`. */
  host(): Promise<{ readonly [key: string]: Json }>;
  /** `host:port` of the leader, '' if none is known, and of all servers. */
  leader(): string;
  peers(): readonly string[];
  /** The whole state as a snapshot file, and the index it is of. */
  saveSnapshot(): { readonly index: number; readonly chunks: AsyncIterable<Uint8Array> };
  /** Replaces the whole state. Fails with SNAPSHOT_INVALID, and changes nothing, if the bytes are not a whole, intact snapshot. */
  restoreSnapshot(chunks: AsyncIterable<Uint8Array>): Promise<void>;
}
