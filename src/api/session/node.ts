/** The sessions of a node. */
import { filter } from '../../acl/rule.ts';
import { nodeSessionsTopic } from '../../topics/node-sessions.ts';
import { sessionJson } from '../../wire/kv.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';

export const sessionNode: ApiRoute = topicRoute({
  path: '/v1/session/node/',
  rest: 'node',
  summary: 'The sessions of a node.',
  acl: filter('session', 'read'),
  // Whether a lock is held is never told from a copy (DESIGN section 6).
  isRelayed: true,
  missing: 'Missing node name',
  topic: nodeSessionsTopic,
  key: (name) => name.toLowerCase(),
  showsConsistency: false,
  encode: sessionJson,
});
