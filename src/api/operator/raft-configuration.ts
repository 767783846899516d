/** The servers, in the shape of a Raft configuration (spec section 14). There is no Raft: they are those that the process knows of. */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { raftServerJson } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const raftConfiguration: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/operator/raft/configuration',
  summary: 'The servers, and which of them leads.',
  acl: refuse('operator', 'read'),
  // The servers are known to themselves.
  isRelayed: true,
  query: { stale: 'Any server may answer', dc: 'Datacenter; the own one only' },
  handle: (_request, { operations }) => jsonAnswer(`{"Servers":[${operations.servers().map(raftServerJson).join(',')}],"Index":0}`),
});
