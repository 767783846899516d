/** Deletes a configuration entry, whatever it is or if its index matches; what is not there is fine without a comparison. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const configDelete: CommandRule<'config.delete'> = defineCommand({
  kind: 'config.delete',
  decide(draft, { entryKind, name, cas }) {
    const entry = draft.record('config', `${entryKind}/${name}`);
    if (cas !== undefined && entry?.modifyIndex !== cas) return give(false);
    if (entry !== undefined) draft.removeRecord('config', entry);
    return give(true);
  },
});
