/** All KV entries below a prefix, in byte order of their keys. Key: the prefix, '' for all. */
import type { KvEntry } from '../model/kv.ts';
import { defineTopic, type Topic } from './topic.ts';

export const kvPrefixTopic: Topic<KvEntry> = defineTopic('kv-prefix', {
  aging: 'kv',
  idOf: ({ key }) => key,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
