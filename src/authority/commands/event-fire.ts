/** Adds a user event to the ring, and drops the oldest ones beyond its size. A resend fires nothing twice. */
import { byLTime, MAX_EVENTS } from '../../model/user-event.ts';
import { type CommandRule, defineCommand, give } from '../define-command.ts';

export const eventFire: CommandRule<'event.fire'> = defineCommand({
  kind: 'event.fire',
  decide(draft, { event }) {
    if (draft.record('event', event.id) !== undefined) return give(true);
    const ring = draft.records('event').sort(byLTime);
    const lTime = (ring.at(-1)?.lTime ?? 0) + 1;
    const surplus = Math.max(ring.length + 1 - MAX_EVENTS, 0);
    for (const old of ring.slice(0, surplus)) draft.removeRecord('event', old);
    draft.putRecord('event', { ...event, lTime });
    return give(true);
  },
});
