/** Replaces the whole state by that of a file. */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const snapshotRestore: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/snapshot',
  summary: 'Replaces the whole state by that of a file; all or nothing, and every blocking query returns.',
  acl: refuse('acl', 'write'),
  // The whole state.
  isRelayed: true,
  query: { dc: 'Datacenter; the own one only' },
  bodyLimit: () => 'stream',
  async handle({ bodyStream }, { operations }) {
    await operations.restoreSnapshot(bodyStream);
    return emptyAnswer();
  },
});
