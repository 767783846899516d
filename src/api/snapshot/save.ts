/** The whole state as one file. */
import { refuse } from '../../acl/rule.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { metaHeaders } from '../read-topic.ts';

export const snapshotSave: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/snapshot',
  summary: 'The whole state as one file (gzip), to be restored by PUT.',
  acl: refuse('acl', 'write'),
  // The whole state.
  isRelayed: true,
  query: { stale: 'Any server may answer', dc: 'Datacenter; the own one only' },
  handle(_request, { operations, backend }) {
    const { index, chunks } = operations.saveSnapshot();
    const headers = { 'Content-Type': 'application/x-gzip', ...metaHeaders(index, backend.contact()) };
    return { status: 200, headers, body: { kind: 'stream', chunks } };
  },
});
