/** One KV entry. */
import { kvEntryTopic } from '../../topics/kv-entry.ts';
import { defineSource, type Source } from '../source.ts';

export const kvEntrySource: Source = defineSource({
  topic: kvEntryTopic,
  content: ({ kv }, key) => {
    const entry = kv.get(key);
    return { index: () => kv.keyIndex(key), items: entry === undefined ? [] : [entry] };
  },
  touchedBy: { kv: ({ before, after }) => [(after ?? before)?.key ?? ''] },
});
