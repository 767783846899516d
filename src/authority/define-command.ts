/** How a command is decided. One file per kind in `commands/`; `commands.ts` is the list. */
import type { Command, CommandKind, Results } from '../model/commands/command.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Draft } from './draft.ts';

/** What the caller gets, once the changes are durable at `index`. */
export type Finish<R> = (index: number) => R;

export interface CommandRule<K extends CommandKind = CommandKind> {
  readonly kind: K;
  /**
   * Decides on the committed state: writes into the draft and gives the result, or throws REJECTED with Consul's text. Pure: the
   * same draft and command give the same decision. What is written before a throw is dropped.
   */
  decide(draft: Draft, command: Extract<Command, { readonly kind: K }>): Finish<Results[K]>;
}

export const defineCommand = <K extends CommandKind>(rule: CommandRule<K>): CommandRule<K> => rule;

/** Refuses a command with Consul's text. */
export const reject = (text: string): KonsulError => new KonsulError('REJECTED', text);

/** The result that does not depend on the index. */
export const give =
  <R>(result: R): Finish<R> =>
  () =>
    result;
