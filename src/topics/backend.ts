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

export interface Backend {
  /** The topic's content now. Fails with NO_LEADER and the like when it cannot be known. */
  read<T>(topic: Topic<T>, key: string): View<T> | Promise<View<T>>;
  /**
   * Resolves once the view may have moved beyond `index`, or the time is over, or the process stops, or the signal aborts: read
   * again and see. Spurious wake-ups are possible, missed ones are not. True: everything was replaced by a restore, so whatever the
   * index is, the waiter is to be answered. Never rejects.
   */
  wait(topic: Topic<unknown>, key: string, index: number, options: WaitOptions): Promise<boolean>;
  /** Has the command decided and made durable; resolves when reads here show it. Fails as the command's rules say. */
  submit<C extends Command>(command: C): Promise<ResultOf<C>>;
  /** Resolves when this process is sure to answer nothing older than this moment: for `?consistent`. */
  confirm(): Promise<void>;
  /** What the meta headers say. */
  contact(): Contact;
}

export interface Contact {
  readonly knownLeader: boolean;
  /** Milliseconds since the answering server heard from the leader; 0 on the leader. */
  readonly lastContactMs: number;
}
