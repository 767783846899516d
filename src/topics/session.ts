/** One session. Key: its id. No item: there is none. */
import type { Session } from '../model/session.ts';
import { defineTopic, type Topic } from './topic.ts';

export const sessionTopic: Topic<Session> = defineTopic('session', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
