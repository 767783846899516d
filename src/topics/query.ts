/** One prepared query, or none. Key: its id. Its index is that of all queries, but only its own changes wake. */
import type { PreparedQuery } from '../model/prepared-query.ts';
import { defineTopic, type Topic } from './topic.ts';

export const queryTopic: Topic<PreparedQuery> = defineTopic('query', {
  aging: 'kv',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
