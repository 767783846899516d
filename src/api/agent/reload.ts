/** Reads the configuration of the agent again (spec 5.11). */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentReload: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/reload',
  summary: 'Reads the configuration files again; when it answers, their services and checks are registered. A bad file changes nothing.',
  acl: refuse('agent', 'write'),
  query: {},
  async handle(_request, { operations }) {
    await operations.reload();
    return emptyAnswer();
  },
});
