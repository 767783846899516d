/** Keeps a setting of the cluster, plainly or compared by index. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';
import { matchesIndex } from './kv-put.ts';

export const settingPut: CommandRule<'setting.put'> = defineCommand({
  kind: 'setting.put',
  decide(draft, { setting, cas }) {
    if (cas !== undefined && !matchesIndex(draft.record('setting', setting.name), cas)) return give(false);
    draft.putRecord('setting', setting);
    return give(true);
  },
});
