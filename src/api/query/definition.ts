/** One prepared query as it was written, by its id. */
import { type Answer, listAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { PreparedQuery } from '../../model/prepared-query.ts';
import { uuidProblem } from '../../model/uuid.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { queryTopic } from '../../topics/query.ts';
import type { View } from '../../topics/view.ts';
import { queryJson } from '../../wire/query-json.ts';
import type { ApiContext } from '../context.ts';
import { readTopic } from '../read-topic.ts';
import { seesQueryById, seesTokens } from './visibility.ts';

/** Throws NOT_FOUND at once, even for a blocking query; REJECTED for what is no id. */
export async function definitionAnswer(id: string, request: RouteRequest, context: ApiContext): Promise<Answer> {
  const problem = uuidProblem(id);
  if (problem !== undefined) throw new KonsulError('REJECTED', `failed prepared query lookup: index error: ${problem}`);
  const read = { topic: queryTopic, key: id.toLowerCase(), showsConsistency: true };
  queryOrThrow(await context.backend.read(read.topic, read.key));
  return readTopic(read, request, { context, respond: (view) => show(queryOrThrow(view), request) });
}

function show(query: PreparedQuery, { authorizer }: RouteRequest): Answer {
  if (!seesQueryById(authorizer, query)) throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
  return listAnswer({ items: [query], where: undefined, encode: (one) => queryJson(one, seesTokens(authorizer)) });
}

function queryOrThrow({ items: [query] }: View<PreparedQuery>): PreparedQuery {
  if (query === undefined) throw queryNotFound();
  return query;
}

export const queryNotFound = (): KonsulError => new KonsulError('NOT_FOUND', 'Query not found');
