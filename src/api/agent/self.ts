/** Who this agent is, how it is set up and how it does (spec 5.1). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { API_BUILD_DATE, API_LEVEL, API_REVISION } from '../../model/api-level.ts';
import { memberJson } from '../../wire/agent.ts';
import { mapJson, quote, stringifyJson } from '../../wire/json.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

export const agentSelf: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/self',
  summary: 'Shows the configuration, the member, the statistics and the metadata of the agent.',
  acl: refuse('agent', 'read'),
  query: {},
  handle(_request, context) {
    const { operations, local } = context;
    const members = [
      `"Config":${stringifyJson(configOf(context))}`,
      `"DebugConfig":${mapJson(operations.debugConfig())}`,
      '"Coord":null',
      `"Member":${memberJson(operations.self())}`,
      `"Stats":${mapJson(operations.stats(), (group) => mapJson(group, quote))}`,
      `"Meta":${mapJson(local.nodeMeta, quote)}`,
    ];
    return jsonAnswer(`{${members.join(',')}}`);
  },
});

const configOf = ({ settings }: ApiContext): Readonly<Record<string, string | boolean>> => ({
  Datacenter: settings.datacenter,
  PrimaryDatacenter: settings.datacenter,
  NodeName: settings.nodeName,
  NodeID: settings.nodeId,
  Revision: API_REVISION,
  Server: settings.isServer,
  Version: API_LEVEL,
  BuildDate: API_BUILD_DATE,
});
