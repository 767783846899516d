/** The sessions of a node. Key: the node's name in lower case. */
import type { Session } from '../model/session.ts';
import { defineTopic, type Topic } from './topic.ts';

export const nodeSessionsTopic: Topic<Session> = defineTopic('node-sessions', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
