/** The autopilot's view of the servers (spec section 14), made of the same facts as their health. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { quote } from '../../wire/json.ts';
import { serverStateJson } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const autopilotState: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/operator/autopilot/state',
  summary: 'The servers by id, which of them leads, and which have a vote.',
  acl: refuse('operator', 'read'),
  // The servers are known to themselves.
  isRelayed: true,
  query: { dc: 'Datacenter; the own one only' },
  handle(_request, { operations }) {
    const servers = operations.servers();
    const isHealthy = operations.leader() !== '';
    const members = [
      `"Healthy":${isHealthy},"FailureTolerance":0,"OptimisticFailureTolerance":0`,
      `"Servers":{${servers.map((server) => `${quote(server.id)}:${serverStateJson(server, isHealthy)}`).join(',')}}`,
      `"Leader":${quote(servers.find(({ isLeader }) => isLeader)?.id ?? '')}`,
      `"Voters":[${servers.map(({ id }) => quote(id)).join(',')}]`,
    ];
    return jsonAnswer(`{${members.join(',')}}`);
  },
});
