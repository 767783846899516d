/** One session. */
import { filter } from '../../acl/rule.ts';
import { sessionTopic } from '../../topics/session.ts';
import { sessionJson } from '../../wire/kv.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';

export const sessionInfo: ApiRoute = topicRoute({
  path: '/v1/session/info/',
  rest: 'session',
  summary: 'One session, in a list; an empty list if there is none.',
  acl: filter('session', 'read'),
  // Whether a lock is held is never told from a copy (DESIGN section 6).
  isRelayed: true,
  missing: 'Missing session',
  topic: sessionTopic,
  key: (id) => id,
  showsConsistency: false,
  encode: sessionJson,
});
