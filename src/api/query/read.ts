/** Reads one prepared query, or what it finds, or what it is for a name: by the end of the path. */
import { filter } from '../../acl/rule.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY } from '../read-topic.ts';
import { definitionAnswer } from './definition.ts';
import { executeAnswer } from './execute.ts';
import { explainAnswer } from './explain.ts';
import { parseTarget } from './target.ts';

export const queryRead: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/query/',
  rest: 'query',
  summary:
    'One prepared query by id, in a list. `<name or id>/execute` answers the healthy instances that it finds now; `<name or id>/explain` the query itself, made from the name if it is a template.',
  acl: filter('query', 'read'),
  // Executed where coordinates and all services are at hand.
  isRelayed: true,
  query: {
    ...READ_QUERY,
    near: "For `execute`: what is nearer to this node comes first; `_agent` is the answering one, `_ip` the one with the client's address",
    limit: 'For `execute`: the most instances',
    connect: 'For `execute`: instances of the mesh',
  },
  handle(request, context) {
    const { action, nameOrId } = parseTarget(request.rest);
    if (action === 'execute') return executeAnswer(nameOrId, request, context);
    return action === 'explain' ? explainAnswer(nameOrId, request, context) : definitionAnswer(nameOrId, request, context);
  },
});
