/** Leaves the cluster and ends the process (spec 5.11). */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentLeave: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/leave',
  summary: 'Leaves gracefully, then stops the process.',
  acl: refuse('agent', 'write'),
  query: {},
  async handle(_request, { operations }) {
    await operations.leave();
    return emptyAnswer();
  },
});
