/** The ring of user events, the oldest first. */
import { byLTime } from '../../model/user-event.ts';
import { eventsTopic } from '../../topics/events.ts';
import { defineSource, type Source } from '../source.ts';

export const eventsSource: Source = defineSource({
  topic: eventsTopic,
  content: ({ tables: { event } }) => ({ index: event.index, items: [...event.all()].sort(byLTime) }),
  touchedBy: { event: () => [''] },
});
