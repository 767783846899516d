/** KV entries below a prefix. A change of a key touches every prefix of it. */
import { kvPrefixTopic } from '../../topics/kv-prefix.ts';
import { defineSource, type Source } from '../source.ts';

export const kvPrefixSource: Source = defineSource({
  topic: kvPrefixTopic,
  content: ({ kv }, key) => {
    const items = kv.under(key);
    return { index: kv.prefixIndex(key, items), items };
  },
  touchedBy: {
    *kv({ before, after }) {
      const key = (after ?? before)?.key ?? '';
      for (let length = 0; length <= key.length; length += 1) yield key.slice(0, length);
    },
  },
});
