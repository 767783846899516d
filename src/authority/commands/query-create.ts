/** Creates a prepared query. A resend changes nothing. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { putQuery } from '../query-rules.ts';

export const queryCreate: CommandRule<'query.create'> = defineCommand({
  kind: 'query.create',
  decide(draft, { query }) {
    if (draft.record('query', query.id) === undefined) putQuery(draft, query);
    return give(query.id);
  },
});
