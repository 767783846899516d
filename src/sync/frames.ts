/**
 * The frames of the link between an agent and a server: their shapes and nothing else (`codec.ts` has their bytes). Within one link,
 * order is promised among changes, acknowledgements and results: what a write changed comes before its acknowledgement.
 *
 * A link begins: server `challenge` → agent `hello` → server `welcome`, or `refused` and the end. DESIGN section 4, ADR 0018.
 */

import type { CatalogDeregister, CatalogRegister, NodeDefinition } from '../model/commands/catalog.ts';
import type { Command } from '../model/commands/command.ts';
import type { Digest } from '../model/digest.ts';
import type { ErrorCode } from '../runtime/errors.ts';

/** `[major, minor]`. Sides of one major version understand each other if their minors differ by one at most. */
export type ProtocolVersion = readonly [major: number, minor: number];

export const PROTOCOL: ProtocolVersion = [1, 0];

/** A view on a link is named by topic and key, never by a number of the link: so one frame serves all links. */
export type ViewName = readonly [topic: string, key: string];

/** What a side holds of a view. Within the lineage of the hello. */
export interface HeldView {
  readonly topic: string;
  readonly key: string;
  readonly index: number;
  readonly digest: Digest;
}

export interface Challenge {
  readonly t: 'challenge';
  readonly protocol: ProtocolVersion;
  readonly nonce: string;
}

/** Who dials. */
export interface Hello {
  readonly t: 'hello';
  readonly protocol: ProtocolVersion;
  readonly nonce: string;
  /** HMAC-SHA-256, in hex, over both nonces by the shared key (`encrypt`); '' without one. */
  readonly proof: string;
  readonly datacenter: string;
  /** `undefined` for a reader without a node of its own: a worker thread. */
  readonly node: NodeDefinition | undefined;
  readonly identity: AgentIdentity;
  /** Konsul's version. */
  readonly version: string;
  /** The lineage that its views are of, '' if it holds none; and the highest index that it has seen in any. */
  readonly lineage: string;
  readonly seen: number;
  /** Milliseconds between two heartbeats of the agent. */
  readonly heartbeatMs: number;
  /** Larger views, as bytes of the text of their items, are not to be sent. */
  readonly maxViewBytes: number;
}

/** What tells a reconnect from a restart, a copied disk, and another machine of the same name (DESIGN section 5, ownership). */
export interface AgentIdentity {
  readonly nodeId: string;
  /** Grows with every start on one data folder. */
  readonly boot: number;
  /** New at every start. */
  readonly runId: string;
  /** Nothing was found in its data folder: it adopts what the servers hold for its node. */
  readonly isFresh: boolean;
}

export interface Welcome {
  readonly t: 'welcome';
  readonly protocol: ProtocolVersion;
  readonly proof: string;
  readonly lineage: string;
  readonly index: number;
  /** Name, and the address of its HTTP-free side (`host:port`), for people. */
  readonly server: { readonly name: string; readonly address: string };
  readonly heartbeatMs: number;
}

export interface Refused {
  readonly t: 'refused';
  readonly error: WireError;
  /** False: the same agent will be refused again until somebody acts; it keeps trying all the same, slowly. */
  readonly isTransient: boolean;
}

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly status: number;
}

/** Up: wants views. `once`: as they are now, without what follows. A view that is held comes back as `same` if nothing changed. */
export interface Subscribe {
  readonly t: 'sub';
  readonly views: readonly (ViewName | HeldView)[];
  readonly once?: boolean;
  /** The highest index that the agent has seen: a server behind it waits a little before it answers. */
  readonly seen: number;
}

/** Up. The agent goes on counting the view until `unsubbed`. */
export interface Unsubscribe {
  readonly t: 'unsub';
  readonly views: readonly ViewName[];
}

export interface Unsubscribed {
  readonly t: 'unsubbed';
  readonly views: readonly ViewName[];
}

/** Down: a view whole. */
export interface WholeView {
  readonly t: 'view';
  readonly topic: string;
  readonly key: string;
  readonly index: number;
  readonly digest: Digest;
  readonly items: readonly unknown[];
}

/** Down: what changed from index `from` to `index`. Positions in `gone` are of the old list, those in `put` of the new one; ascending. */
export interface ViewChange {
  readonly t: 'change';
  readonly topic: string;
  readonly key: string;
  readonly from: number;
  readonly index: number;
  readonly digest: Digest;
  readonly gone: readonly number[];
  readonly put: readonly (readonly [position: number, item: unknown])[];
}

/** Down: what the agent holds of the view is right, at this index. */
export interface SameView {
  readonly t: 'same';
  readonly topic: string;
  readonly key: string;
  readonly index: number;
}

/**
 * Down: there is no such view to be had: it is larger than views may be, or no topic has that name. The link follows it no more, if it
 * did: it is out of the sum of digests.
 */
export interface NoView {
  readonly t: 'noview';
  readonly topic: string;
  readonly key: string;
  readonly error: WireError;
}

/** Up: a write of a program; answered by `done` or `fail`. */
export interface CommandFrame {
  readonly t: 'cmd';
  readonly id: number;
  readonly command: Command;
}

/** Up: what this agent registers, in order. A `seq` that was acknowledged for this run is acknowledged again, and not decided anew. */
export interface PushFrame {
  readonly t: 'push';
  readonly seq: number;
  readonly commands: readonly (CatalogRegister | CatalogDeregister)[];
}

/** Down: all of a push was decided; `failed` has the places of those that were refused. */
export interface PushAck {
  readonly t: 'ack';
  readonly seq: number;
  readonly failed: readonly (readonly [place: number, error: WireError])[];
}

/** Up: what do the servers hold for this node? Answered by `done` with a `RemoteNode`, or `'same'` if its digest is the given one. */
export interface FetchNode {
  readonly t: 'fetch';
  readonly id: number;
  readonly digest: Digest;
}

/** Down: something of the node was changed by others (a deregistration through another door): compare now. */
export interface Resync {
  readonly t: 'resync';
}

/** Up: this agent leaves the cluster; answered by `done` when it is out. */
export interface Leave {
  readonly t: 'leave';
  readonly id: number;
}

/** Up: a request to be answered by the server. Its body follows in chunks if `hasBody`. Answered by `head` and chunks, or `fail`. */
export interface RelayFrame {
  readonly t: 'relay';
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string;
  readonly hasBody: boolean;
}

/** Down: status and headers of a relayed answer. */
export interface RelayHead {
  readonly t: 'head';
  readonly id: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Both: so many more bytes of chunks of this exchange may be sent. Each direction begins with `INITIAL_CREDIT_BYTES`. */
export interface Credit {
  readonly t: 'credit';
  readonly id: number;
  readonly bytes: number;
}

/** Both: the exchange is over, whatever is still on its way: the client has gone, or the answer broke off. */
export interface Cancel {
  readonly t: 'cancel';
  readonly id: number;
}

export interface Done {
  readonly t: 'done';
  readonly id: number;
  readonly result: unknown;
}

export interface Fail {
  readonly t: 'fail';
  readonly id: number;
  readonly error: WireError;
}

/** Both. Down: the server's index, and the sum of the digests of all views that the agent is subscribed to. */
export interface Heartbeat {
  readonly t: 'hb';
  readonly i?: number;
  readonly d?: Digest;
  /** Asks for a heartbeat back at once: is anybody there? */
  readonly q?: boolean;
}

/** Down, from an agent to a reader: its own views are not live (`isLive` false), since so long, because. */
export interface Upstream {
  readonly t: 'upstream';
  readonly isLive: boolean;
  readonly ageMs: number;
  readonly reason: string;
}

/** What a server or an upstream agent sends. */
export type DownFrame =
  | Challenge
  | Welcome
  | Refused
  | Unsubscribed
  | WholeView
  | ViewChange
  | SameView
  | NoView
  | PushAck
  | Resync
  | RelayHead
  | Credit
  | Cancel
  | Done
  | Fail
  | Heartbeat
  | Upstream;

/** What an agent or a reader sends. */
export type UpFrame =
  | Hello
  | Subscribe
  | Unsubscribe
  | CommandFrame
  | PushFrame
  | FetchNode
  | Leave
  | RelayFrame
  | Credit
  | Cancel
  | Heartbeat;

/** A piece of a relayed body or answer, as its own kind of message; empty: the end. */
export interface Chunk {
  readonly id: number;
  readonly bytes: Uint8Array;
}

export const INITIAL_CREDIT_BYTES: number = 256 * 1024;
export const MAX_CHUNK_BYTES: number = 64 * 1024;
