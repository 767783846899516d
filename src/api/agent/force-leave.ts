/** Takes a node that failed for one that has left (spec 5.11). */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentForceLeave: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/force-leave/',
  rest: 'node',
  summary: 'Takes a node that failed out of the cluster.',
  acl: refuse('operator', 'write'),
  query: { prune: 'No longer list it either', wan: 'Accepted; there is one datacenter' },
  async handle({ rest, query }, { operations }) {
    await operations.forceLeave(rest, query.has('prune'));
    return emptyAnswer();
  },
});
