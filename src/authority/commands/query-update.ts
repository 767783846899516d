/** Replaces a prepared query as a whole; it must be there. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { putQuery, queryOrThrow } from '../query-rules.ts';

export const queryUpdate: CommandRule<'query.update'> = defineCommand({
  kind: 'query.update',
  decide(draft, { query }) {
    putQuery(draft, { ...query, id: queryOrThrow(draft, query.id).id });
    return give(true);
  },
});
