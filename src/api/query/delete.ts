/** Removes a prepared query. */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { methodRefusal } from './target.ts';

export const queryDelete: ApiRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/query/',
  rest: 'uuid',
  summary: 'Removes a prepared query.',
  acl: refuse('query', 'write'),
  query: {},
  async handle({ rest, method }, { backend }) {
    const refusal = methodRefusal(method, rest);
    if (refusal !== undefined) return refusal;
    await backend.submit({ kind: 'query.delete', id: rest });
    return emptyAnswer();
  },
});
