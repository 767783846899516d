/** What happens instead, where an option is taken and changes nothing: one sentence a group, said once when any of it is set. */

export const NO_GOSSIP =
  'Konsul has no gossip: agents link to servers over ports.server, protected by encrypt and tls.internal_rpc; serf_* and gossip_* are not needed';
export const NO_WAN = 'this version serves one datacenter: nothing is joined, replicated or forwarded to others';
export const NO_ACCESS_RULES = 'this version has no access rules: every request is allowed, whatever its token';
export const NO_TLS =
  'this version serves plain HTTP only, and TLS on links (tls.internal_rpc): put a TLS proxy in front, or bind to a loopback address';
export const OWN_CIPHERS = 'links take the ciphers that Node.js takes by default';
export const NO_DNS = 'this version does not answer DNS';
export const NO_UI = 'this version has no web UI';
