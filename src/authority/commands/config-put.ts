/** Writes a configuration entry, plainly or compared by index (spec section 15). */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { matchesIndex } from './kv-put.ts';

export const configPut: CommandRule<'config.put'> = defineCommand({
  kind: 'config.put',
  decide(draft, { entry, cas }) {
    if (cas !== undefined && !matchesIndex(draft.record('config', `${entry.kind}/${entry.name}`), cas)) return give(false);
    draft.putRecord('config', entry);
    return give(true);
  },
});
