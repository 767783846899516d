/** All prepared queries. */
import { filter } from '../../acl/rule.ts';
import { listAnswer } from '../../http/answer.ts';
import { queriesTopic } from '../../topics/queries.ts';
import { queryJson } from '../../wire/query-json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';
import { seesQuery, seesTokens } from './visibility.ts';

export const queryList: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/query',
  summary: 'All prepared queries, as they were written.',
  acl: filter('query', 'read'),
  // Definitions hold tokens, and are read by those who change them: they are kept nowhere else.
  isRelayed: true,
  query: READ_QUERY,
  handle(request, context) {
    const { authorizer } = request;
    const showsToken = seesTokens(authorizer);
    return readTopic({ topic: queriesTopic, key: '', showsConsistency: true }, request, {
      context,
      respond: ({ items }) =>
        listAnswer({ items, where: (query) => seesQuery(authorizer, query), encode: (query) => queryJson(query, showsToken) }),
    });
  },
});
