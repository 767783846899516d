/** Ends a session. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { sessionIdOrThrow } from './session-id.ts';

export const sessionDestroy: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/session/destroy/',
  rest: 'session',
  summary: 'Ends a session; `true` even if there is none.',
  acl: refuse('session', 'write'),
  query: {},
  handle: async ({ rest }, { backend }) =>
    jsonAnswer(String(await backend.submit({ kind: 'session.destroy', id: sessionIdOrThrow(rest) }))),
});
