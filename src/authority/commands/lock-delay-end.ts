/** Opens a key for locking again, after the lock delay of an invalidated session. */
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const lockDelayEnd: CommandRule<'lock-delay.end'> = defineCommand({
  kind: 'lock-delay.end',
  decide(draft, { key }) {
    if (draft.lockDelay(key) !== undefined) draft.removeLockDelay(key);
    return give(true);
  },
});
