/** Deletes one key, whatever it is or if its index matches (spec section 6.3). */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const kvDelete: CommandRule<'kv.delete'> = defineCommand({
  kind: 'kv.delete',
  decide(draft, { key, cas }) {
    const entry = draft.kv(key);
    if (entry === undefined) return give(true);
    if (cas !== undefined && entry.modifyIndex !== cas) return give(false);
    draft.removeKv(entry);
    return give(true);
  },
});
