/** Hands the leadership over (spec section 14). There is no other server that could take it. */
import { refuse } from '../../acl/rule.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const transferLeader: ApiRoute = defineRoute({
  method: 'POST',
  path: '/v1/operator/raft/transfer-leader',
  summary: 'Always an error: there is no other server to lead.',
  acl: refuse('operator', 'write'),
  // The servers are known to themselves.
  isRelayed: true,
  query: { id: 'The id of the server that is to lead; any other, if it is left out' },
  handle({ query }, { operations }) {
    const id = query.get('id');
    const isKnown = id === '' || operations.servers().some((server) => server.id === id);
    const why = isKnown ? 'this is the only server' : `${quote(id)} is no server`;
    throw new KonsulError('REJECTED', `failed to transfer leadership: cannot find peer: ${why}`);
  },
});
