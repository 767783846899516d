/** Ends a session; an unknown one is fine. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { invalidateSession } from '../session-rules.ts';

export const sessionDestroy: CommandRule<'session.destroy'> = defineCommand({
  kind: 'session.destroy',
  decide(draft, { id }) {
    const session = draft.session(id);
    if (session !== undefined) invalidateSession(draft, session);
    return give(true);
  },
});
