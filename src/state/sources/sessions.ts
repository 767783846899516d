/** All sessions. */
import { sessionsTopic } from '../../topics/sessions.ts';
import { byId } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const sessionsSource: Source = defineSource({
  topic: sessionsTopic,
  content: ({ sessions }) => ({ index: sessions.index, items: byId(sessions.all()) }),
  touchedBy: { session: () => [''] },
});
