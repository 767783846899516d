/**
 * What every door (HTTP, DNS, SDK) reads and writes through. The server answers from its state, the agent from its cache;
 * doors never know which.
 */
import type { Command, ResultOf } from '../model/commands/command.ts';
import type { Topic } from './topic.ts';
import type { View } from './view.ts';

export interface WaitOptions {
  /** The most to wait, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the wait early, when the client has gone. */
  readonly signal: AbortSignal;
}

/** What the caller accepts of a view that is not live; a view of the state always is. */
export interface ReadOptions {
  /** Not answered if older; 0 asks the server first. `undefined`: the TTL of the topic decides when a refresh is tried. */
  readonly maxAgeMs: number | undefined;
  /** How much older than that it may be if the server does not answer. `undefined`: `cache.max_stale`. */
  readonly staleIfErrorMs: number | undefined;
  /** Nothing stale is answered: an error instead. */
  readonly mustRevalidate: boolean;
}

export interface Backend {
  /**
   * The topic's content now: a promise only where it has to be fetched. Fails with NO_SERVERS, NO_LEADER and the like when it cannot be
   * known, and with VIEW_TOO_LARGE where the view is not held here: then the request is to be relayed.
   */
  read<T>(topic: Topic<T>, key: string, options?: ReadOptions): View<T> | Promise<View<T>>;
  /**
   * Resolves once the view may have moved beyond `index`, or the time is over, or the process stops, or the signal aborts: read
   * again and see. Spurious wake-ups are possible, missed ones are not. True: everything was replaced by a restore, so whatever the
   * index is, the waiter is to be answered. Rejects with VIEW_TOO_LARGE only: there is no room to hold the view for one more who waits,
   * so the request is to be relayed.
   */
  wait(topic: Topic<unknown>, key: string, index: number, options: WaitOptions): Promise<boolean>;
  /** Has the command decided and made durable; resolves when reads here show it. Fails as the command's rules say. */
  submit<C extends Command>(command: C): Promise<ResultOf<C>>;
  /** Resolves when this process is sure to answer nothing older than this moment: for `?consistent`. */
  confirm(): Promise<void>;
  /** What the meta headers say: of a view, or, without one, of this process. `given`: what `read` gave, where it may give another one. */
  contact(topic?: Topic<unknown>, key?: string, given?: View): Contact;
  /** Has a whole request answered by a server: `?consistent`, large views, what only servers know. `undefined` on a server. */
  readonly relay: Relay | undefined;
}

export interface Contact {
  readonly knownLeader: boolean;
  /** Milliseconds since the answering server heard from the leader; 0 on the leader. On an agent: the age of the view. */
  readonly lastContactMs: number;
  /** `undefined` where views are the state itself. */
  readonly freshness: Freshness | undefined;
}

/** Live: every change is pushed, and the link has been heard from lately. Else as it was `ageMs` ago. */
export type Freshness = { readonly isLive: true } | { readonly isLive: false; readonly ageMs: number; readonly reason: StaleReason };

/**
 * Why a view is not live: the link is down or silent; its digest differs from the server's; a refresh failed; it is from the last run
 * (`snapshot`); changes are asked for, not pushed (`interval`); a loss of instances is doubted (`guard`); the agent upstream says so.
 */
export type StaleReason = 'link-down' | 'digest-mismatch' | 'refresh-failed' | 'snapshot' | 'interval' | 'guard' | 'upstream';

/** A request as it came to this process, to be answered elsewhere. */
export interface RelayRequest {
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  /** As it came, behind the `?`. */
  readonly rawQuery: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly bodyStream: AsyncIterable<Uint8Array>;
  readonly remoteAddress: string;
  /** Cancels it there too. */
  readonly signal: AbortSignal;
}

export interface RelayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Not compressed. Throws UNREACHABLE when the answer breaks off. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Fails with NO_SERVERS when no server is there, UNREACHABLE when it went away before it answered. */
export type Relay = (request: RelayRequest) => Promise<RelayAnswer>;
