/** Whether a service may connect to another one: always, since nothing forbids it. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { requiredParam } from './required-param.ts';

export const intentionCheck: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/connect/intentions/check',
  summary: 'Whether one service may connect to another: always true without intentions and access rules.',
  acl: refuse('operator', 'read'),
  query: { source: 'The name of the service that connects', destination: 'The name of the other one', dc: 'Datacenter; the own one only' },
  handle({ query }) {
    requiredParam(query, 'source');
    requiredParam(query, 'destination');
    return jsonAnswer('{"Allowed":true}');
  },
});
