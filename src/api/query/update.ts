/** Replaces a prepared query. */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { decodeBody } from '../../wire/decode.ts';
import { queryBody, queryFrom } from '../../wire/query-body.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { methodRefusal } from './target.ts';

export const queryUpdate: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/query/',
  rest: 'uuid',
  summary: 'Replaces a prepared query as a whole. What is left out is empty.',
  acl: refuse('query', 'write'),
  query: {},
  body: queryBody,
  async handle({ rest, body, method }, { backend }) {
    const refusal = methodRefusal(method, rest);
    if (refusal !== undefined) return refusal;
    await backend.submit({ kind: 'query.update', query: queryFrom(decodeBody(queryBody, body, { empty: 'allow' }), rest) });
    return emptyAnswer();
  },
});
