/** Removes a prepared query; it must be there. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { queryOrThrow } from '../query-rules.ts';

export const queryDelete: CommandRule<'query.delete'> = defineCommand({
  kind: 'query.delete',
  decide(draft, { id }) {
    draft.removeQuery(queryOrThrow(draft, id));
    return give(true);
  },
});
