/** Creates a prepared query (spec section 10). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { quote } from '../../wire/json.ts';
import { queryBody, queryFrom } from '../../wire/query-body.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const queryCreate: ApiRoute = defineRoute({
  method: 'POST',
  path: '/v1/query',
  summary: 'Creates a prepared query, or a template for many, and answers its id.',
  acl: refuse('query', 'write'),
  query: {},
  body: queryBody,
  async handle({ body }, { backend, random }) {
    const given = decodeBody(queryBody, body);
    if (given.ID) throw new KonsulError('REJECTED', 'ID must be empty when creating a new prepared query');
    const id = await backend.submit({ kind: 'query.create', query: queryFrom(given, random.uuid()) });
    return jsonAnswer(`{"ID":${quote(id)}}`);
  },
});
