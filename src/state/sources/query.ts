/** One prepared query; it has the index of all. */
import { queryTopic } from '../../topics/query.ts';
import { defineSource, type Source } from '../source.ts';

export const querySource: Source = defineSource({
  topic: queryTopic,
  content({ tables }, id) {
    const query = tables.query.get(id);
    return { index: () => tables.query.index, items: query === undefined ? [] : [query] };
  },
  touchedBy: { query: ({ before, after }) => [(after ?? before)?.id ?? ''] },
});
