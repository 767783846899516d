/** All sessions. */
import { filter } from '../../acl/rule.ts';
import { sessionsTopic } from '../../topics/sessions.ts';
import { sessionJson } from '../../wire/kv.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';

export const sessionList: ApiRoute = topicRoute({
  path: '/v1/session/list',
  summary: 'All sessions.',
  acl: filter('session', 'read'),
  // Whether a lock is held is never told from a copy (DESIGN section 6).
  isRelayed: true,
  topic: sessionsTopic,
  key: () => '',
  showsConsistency: false,
  encode: sessionJson,
});
