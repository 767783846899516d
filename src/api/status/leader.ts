/** The address of the leader. */
import { open } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { stringifyJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const statusLeader: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/status/leader',
  summary: 'The address of the leader, `""` when none is known.',
  acl: open('a probe that clients call before they have a token'),
  // The servers are known to themselves.
  isRelayed: true,
  query: {},
  handle: (_request, { operations }) => jsonAnswer(stringifyJson(operations.leader())),
});
