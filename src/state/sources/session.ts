/** One session. */
import { sessionTopic } from '../../topics/session.ts';
import { defineSource, type Source } from '../source.ts';

export const sessionSource: Source = defineSource({
  topic: sessionTopic,
  content: ({ sessions }, key) => {
    const session = sessions.get(key);
    return { index: () => sessions.index, items: session === undefined ? [] : [session] };
  },
  touchedBy: { session: ({ before, after }) => [(after ?? before)?.id ?? ''] },
});
