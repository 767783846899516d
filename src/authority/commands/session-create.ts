/** Creates a session on a node; every check it stands on must be there and not be critical (spec section 7). A resend changes nothing. */
import { type CommandRule, defineCommand, give, reject } from '../define-command.ts';
import { checkIdsOf } from '../session-rules.ts';

export const sessionCreate: CommandRule<'session.create'> = defineCommand({
  kind: 'session.create',
  decide(draft, { session }) {
    if (draft.session(session.id) !== undefined) return give(session.id);
    const node = draft.node(session.node);
    if (node === undefined) throw reject('apply failed: Missing node registration');
    for (const id of checkIdsOf(session)) {
      const check = draft.check(node.name, id);
      if (check === undefined) throw reject(`apply failed: Missing check '${id}' registration`);
      if (check.status === 'critical') throw reject(`apply failed: Check '${id}' is in critical state`);
    }
    draft.putSession({ ...session, node: node.name });
    return give(session.id);
  },
});
