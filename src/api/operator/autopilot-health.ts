/** How the servers do (spec section 14): well, as long as one of them leads. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { serverHealthJson } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const autopilotHealth: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/operator/autopilot/health',
  summary: 'How the servers do; 429 with the same body when none of them leads.',
  acl: refuse('operator', 'read'),
  // The servers are known to themselves.
  isRelayed: true,
  query: { dc: 'Datacenter; the own one only' },
  handle(_request, { operations }) {
    const isHealthy = operations.leader() !== '';
    const servers = operations.servers().map((server) => serverHealthJson(server, isHealthy));
    return jsonAnswer(`{"Healthy":${isHealthy},"FailureTolerance":0,"Servers":[${servers.join(',')}]}`, isHealthy ? 200 : 429);
  },
});
