/** The intentions that names match: none, since there is no mesh. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { mapJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { requiredParam } from './required-param.ts';

export const intentionMatch: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/connect/intentions/match',
  summary: 'The intentions that match each of the names: none.',
  acl: refuse('operator', 'read'),
  query: { by: '`source` or `destination`', name: 'The name of a service; may be repeated', dc: 'Datacenter; the own one only' },
  handle({ query }) {
    const by = requiredParam(query, 'by');
    if (by !== 'source' && by !== 'destination')
      throw new KonsulError('REJECTED', "'by' parameter must be one of 'source' or 'destination'");
    requiredParam(query, 'name');
    return jsonAnswer(mapJson(Object.fromEntries(query.all('name').map((name) => [name, []]))));
  },
});
