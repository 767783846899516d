/** Deletes every key with a prefix. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const kvDeleteTree: CommandRule<'kv.delete-tree'> = defineCommand({
  kind: 'kv.delete-tree',
  decide(draft, { prefix }) {
    for (const entry of draft.kvUnder(prefix)) draft.removeKv(entry);
    return give(true);
  },
});
