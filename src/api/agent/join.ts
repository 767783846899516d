/** Makes contact with another process of the cluster (spec 5.11). */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentJoin: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/join/',
  rest: 'address',
  summary: 'Joins the cluster of the process at this address.',
  acl: refuse('agent', 'write'),
  query: { wan: 'Not offered: there is one datacenter' },
  async handle({ rest, query }, { operations }) {
    if (query.has('wan')) throw new KonsulError('REJECTED', 'joining other datacenters is not offered');
    await operations.join(rest);
    return emptyAnswer();
  },
});
