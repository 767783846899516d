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
    kv: ({ before, after }) => ({ prefixesOf: (after ?? before)?.key ?? '' }),
  },
});
