/** What an `AgentLink` is given, tells and shows. */
import type { CatalogDeregister, CatalogRegister, NodeDefinition } from '../model/commands/catalog.ts';
import type { Digest } from '../model/digest.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Clock } from '../runtime/clock.ts';
import type { LinkTransport } from '../runtime/link.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { AgentIdentity, Welcome } from './frames.ts';
import type { ViewSink } from './view-sink.ts';

export interface AgentLinkSettings {
  readonly datacenter: string;
  /** Changes are pushed as they happen, or asked for every `intervalMs`. */
  readonly mode: 'push' | 'interval';
  readonly intervalMs: number;
  /** Between two heartbeats of this side. */
  readonly heartbeatMs: number;
  /** Most registrations in one frame. */
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  /** Longest pause between two tries to reach a server. */
  readonly retryIntervalMs: number;
  /** So many tries in a row may fail before it gives up; 0: never. */
  readonly retryMax: number;
  /** Proved by both sides (`encrypt`), never sent. */
  readonly encryptKey?: Uint8Array | undefined;
  readonly maxViewBytes: number;
  /** Konsul's version, for the server's eyes. */
  readonly version: string;
}

/** Told once each time, within the step in which it happens. None may throw. */
export interface AgentLinkEvents {
  /** A hello was accepted, and views are being asked for. */
  linked(): void;
  unlinked(reason: string): void;
  /** Something of this node was changed by others: compare now. */
  resync(): void;
  /** `retryMax` tries failed; nothing is tried any more until a server is joined. */
  gaveUp(reason: string): void;
}

export interface AgentLinkOptions {
  readonly transport: LinkTransport;
  /** Nothing of it is touched before `start`. */
  readonly sink: ViewSink;
  readonly identity: AgentIdentity;
  /** The node record as it is now; `undefined` for a reader without one. */
  readonly node: () => NodeDefinition | undefined;
  /** `host:port` each. None: it waits to be joined. */
  readonly servers: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: AgentLinkSettings;
  readonly events: AgentLinkEvents;
}

/** `idle`: there is no server to try. `down`: between two tries, or given up, or stopped. */
export type AgentLinkState = 'idle' | 'connecting' | 'up' | 'down';

export interface AgentLinkStatus {
  readonly state: AgentLinkState;
  /** Who welcomed; kept after the link has ended. */
  readonly server: Welcome['server'] | undefined;
  /** The reading of the clock when the state became what it is. */
  readonly sinceMs: number;
  /** Why it is not up; '' while it is, and before the first try. */
  readonly reason: string;
  /** The reading of the clock when anything last came from a server; at first the one of the start. */
  readonly lastHeardMs: number;
  /** The newest that a server told of; 0 before any has. */
  readonly serverIndex: number;
  /** What the server says that does not let this agent in; until one does. */
  readonly refusal?: string;
}

/** Where local registrations go: the link as `local/sync-target.ts` has it. Both fail with NO_SERVERS at once while no link is up. */
export interface AgentLinkTarget {
  push(command: CatalogRegister | CatalogDeregister): Promise<void>;
  fetch(digest: Digest): Promise<RemoteNode | 'same'>;
}
