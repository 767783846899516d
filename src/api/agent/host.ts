/** Facts about the machine (spec 5.1). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { stringifyJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentHost: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/host',
  summary: 'Shows memory, processors, disk and system of the machine.',
  acl: refuse('operator', 'read'),
  query: {},
  handle: async (_request, { operations }) => jsonAnswer(stringifyJson(await operations.host())),
});
