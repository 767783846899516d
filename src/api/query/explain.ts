/** What a prepared query is for a name: a template made into a query. Nothing is looked for. */
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { findQuery } from '../../topics/prepared-query/execute.ts';
import { queryJson } from '../../wire/query-json.ts';
import type { ApiContext } from '../context.ts';
import { atOnceMeta, parseAtOnce } from './at-once.ts';
import { queryNotFound } from './definition.ts';
import { seesQuery, seesTokens } from './visibility.ts';

/** Throws NOT_FOUND, or PERMISSION_DENIED for a query that the caller may not see. */
export async function explainAnswer(nameOrId: string, request: RouteRequest, context: ApiContext): Promise<Answer> {
  const { authorizer } = request;
  const { mode } = parseAtOnce(request, context);
  if (mode === 'consistent') await context.backend.confirm();
  const query = await findQuery(nameOrId, context.backend);
  if (query === undefined) throw queryNotFound();
  if (!seesQuery(authorizer, query)) throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
  const { members, headers } = atOnceMeta(mode, context);
  return jsonAnswer(`{"Query":${queryJson(query, seesTokens(authorizer))},${members}}`, 200, headers);
}
