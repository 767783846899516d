/** Removes a server (spec section 14). The only one cannot be removed, and there are no others. */
import { refuse } from '../../acl/rule.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const raftPeer: ApiRoute = defineRoute({
  method: 'DELETE',
  path: '/v1/operator/raft/peer',
  summary: 'Always an error: the only server cannot be removed.',
  acl: refuse('operator', 'write'),
  // The servers are known to themselves.
  isRelayed: true,
  query: { id: 'The id of the server', address: 'Its `host:port`; one of the two', dc: 'Datacenter; the own one only' },
  handle({ query }, { operations }) {
    const [id, address] = [query.get('id'), query.get('address')];
    if (id === '' && address === '') {
      throw new KonsulError('BAD_REQUEST', "Must specify either ?id with the server's ID or ?address with IP:port of peer to remove");
    }
    if (id !== '' && address !== '') throw new KonsulError('BAD_REQUEST', 'Must specify only one of ?id or ?address');
    const isKnown = operations.servers().some((server) => (id === '' ? server.address === address : server.id === id));
    const named = id === '' ? `address ${quote(address)}` : `id ${quote(id)}`;
    if (!isKnown) throw new KonsulError('REJECTED', `${named} was not found in the Raft configuration`);
    throw new KonsulError('REJECTED', 'Need at least one voter in configuration: {[]}');
  },
});
