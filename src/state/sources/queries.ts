/** All prepared queries. */
import { queriesTopic } from '../../topics/queries.ts';
import { byId } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const queriesSource: Source = defineSource({
  topic: queriesTopic,
  content: ({ tables }) => ({ index: tables.query.index, items: byId(tables.query.all()) }),
  touchedBy: { query: () => [''] },
});
