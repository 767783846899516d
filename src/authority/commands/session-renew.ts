/** Answers a session for renewal. Writes nothing: the leader's timer starts anew when the command was decided. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const sessionRenew: CommandRule<'session.renew'> = defineCommand({
  kind: 'session.renew',
  decide: (draft, { id }) => give(draft.session(id)),
});
