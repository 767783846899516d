/** Configuration entries, by kind and name. Key: a kind, or '' for all. */
import type { ConfigEntry } from '../model/config-entry.ts';
import { defineTopic, type Topic } from './topic.ts';

export const configEntriesTopic: Topic<ConfigEntry> = defineTopic('config-entries', {
  aging: 'kv',
  idOf: ({ kind, name }) => `${kind}/${name}`,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
