/** Configuration entries. Their index is that of all kinds, as in Consul; a waiter is woken for its own. */
import { configEntriesTopic } from '../../topics/config-entries.ts';
import { sortedBy } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const configEntriesSource: Source = defineSource({
  topic: configEntriesTopic,
  content({ tables: { config } }, key) {
    const entries = [...config.all()].filter(({ kind }) => key === '' || kind === key);
    return { index: () => config.index, items: sortedBy(entries, ({ kind, name }) => `${kind}/${name}`) };
  },
  touchedBy: { config: ({ before, after }) => ['', (after ?? before)?.kind ?? ''] },
});
