/** All sessions. Key: ''. */
import type { Session } from '../model/session.ts';
import { defineTopic, type Topic } from './topic.ts';

export const sessionsTopic: Topic<Session> = defineTopic('sessions', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
