/** All sessions. */
import { sessionsTopic } from '../../topics/sessions.ts';
import { defineSource, type Source } from '../source.ts';

export const sessionsSource: Source = defineSource({
  topic: sessionsTopic,
  content: ({ sessions }) => ({ index: sessions.index, items: [...sessions.all()] }),
  touchedBy: { session: () => [''] },
});
