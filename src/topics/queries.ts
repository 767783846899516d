/** All prepared queries, by id. Key: ''. */
import type { PreparedQuery } from '../model/prepared-query.ts';
import { defineTopic, type Topic } from './topic.ts';

export const queriesTopic: Topic<PreparedQuery> = defineTopic('queries', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
