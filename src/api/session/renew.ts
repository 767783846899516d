/** Starts a session's TTL anew. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer, textAnswer } from '../../http/answer.ts';
import { sessionJson } from '../../wire/kv.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { sessionIdOrThrow } from './session-id.ts';

export const sessionRenew: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/session/renew/',
  rest: 'session',
  summary: 'Starts the TTL of a session anew, and answers the session; 404 if it is gone.',
  acl: refuse('session', 'write'),
  query: {},
  async handle({ rest }, { backend }) {
    const id = sessionIdOrThrow(rest);
    const session = await backend.submit({ kind: 'session.renew', id });
    return session === undefined ? textAnswer(404, `Session id '${id}' not found`) : jsonAnswer(`[${sessionJson(session)}]`);
  },
});
