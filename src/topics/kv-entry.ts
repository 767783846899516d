/** One KV entry. Key: its key. No item: there is none. */
import type { KvEntry } from '../model/kv.ts';
import { defineTopic, type Topic } from './topic.ts';

export const kvEntryTopic: Topic<KvEntry> = defineTopic('kv-entry', {
  aging: 'kv',
  idOf: ({ key }) => key,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
