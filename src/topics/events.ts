/** The ring of user events, the oldest first. Key: ''. */
import type { UserEvent } from '../model/user-event.ts';
import { defineTopic, type Topic } from './topic.ts';

export const eventsTopic: Topic<UserEvent> = defineTopic('events', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
