/** Options of the addresses and ports on which this process listens, and of the address shown to others. */
import { NO_DNS, NO_TLS, NO_WAN } from '../effects.ts';
import { integer, type NumberOption, type PairsOption, pairs, type TextOption, text } from '../option.ts';
import { ipAddress, ipAddressOrNothing, listenAddresses, port } from '../option-rules.ts';

export const bindAddr: TextOption = text('bind_addr', {
  flag: 'bind',
  default: '0.0.0.0',
  help: 'The IP address on which a server takes links; with -dev the default is 127.0.0.1. Shown as the address of the node unless it is 0.0.0.0.',
  example: '10.0.0.1',
  shownAs: 'BindAddr',
  problem: ipAddress,
});

export const clientAddr: TextOption = text('client_addr', {
  flag: 'client',
  default: '127.0.0.1',
  help: 'The IP addresses (or `localhost`) on which the HTTP API listens, separated by spaces.',
  example: '127.0.0.1 10.0.0.1',
  shownAs: 'ClientAddrs',
  problem: listenAddresses('ip'),
});

export const advertiseAddr: TextOption = text('advertise_addr', {
  flag: 'advertise',
  default: '',
  help: 'The IP address shown to others. Default: the bind address, or the first private address of the machine.',
  example: '10.0.0.1',
  shownAs: 'AdvertiseAddrLAN',
  problem: ipAddressOrNothing,
});

export const advertiseAddrWan: TextOption = text('advertise_addr_wan', {
  flag: 'advertise-wan',
  default: '',
  help: 'The IP address shown to other datacenters. Default: the advertised address.',
  example: '203.0.113.7',
  shownAs: 'AdvertiseAddrWAN',
  noEffect: NO_WAN,
  problem: ipAddressOrNothing,
});

export const taggedAddresses: PairsOption = pairs('tagged_addresses', {
  default: {},
  help: 'Further addresses of this node, by name.',
  example: { wan: '203.0.113.7' },
  shownAs: 'TaggedAddresses',
  noEffect: 'the tagged addresses of this node follow from its advertised address',
});

export const httpAddresses: TextOption = text('addresses.http', {
  default: '',
  help: 'Where the HTTP API listens: IP addresses, `localhost`, or sockets as unix:///path, separated by spaces. Default: `client_addr`.',
  example: '127.0.0.1 unix:///run/konsul/http.sock',
  shownAs: 'HTTPAddrs',
  problem: listenAddresses('ip or socket'),
});

export const httpsAddresses: TextOption = text('addresses.https', {
  default: '',
  help: 'Where the HTTPS API listens. Default: `client_addr`.',
  example: '10.0.0.1',
  shownAs: 'HTTPSAddrs',
  noEffect: NO_TLS,
  problem: listenAddresses('ip or socket'),
});

export const dnsAddresses: TextOption = text('addresses.dns', {
  default: '',
  help: 'Where DNS listens. Default: `client_addr`.',
  example: '127.0.0.1',
  shownAs: 'DNSAddrs',
  noEffect: NO_DNS,
  problem: listenAddresses('ip'),
});

export const httpPort: NumberOption = integer('ports.http', {
  flag: 'http-port',
  default: 8500,
  help: 'The port of the HTTP API; -1 switches it off, 0 takes a free one.',
  example: 8500,
  shownAs: 'HTTPPort',
  problem: port,
});

export const httpsPort: NumberOption = integer('ports.https', {
  flag: 'https-port',
  default: -1,
  help: 'The port of the HTTPS API. Only -1, off, is taken: this version has no TLS.',
  example: -1,
  shownAs: 'HTTPSPort',
  problem: port,
});

export const dnsPort: NumberOption = integer('ports.dns', {
  flag: 'dns-port',
  default: 8600,
  help: 'The port for DNS; -1 switches it off. Accepted; this version does not answer DNS yet.',
  example: -1,
  shownAs: 'DNSPort',
  problem: port,
});

export const serverPort: NumberOption = integer('ports.server', {
  flag: 'server-port',
  default: 8300,
  help: 'The port on which a server takes links of agents, shown in /v1/status/leader; -1 switches them off, 0 takes a free one.',
  example: 8300,
  shownAs: 'ServerPort',
  problem: port,
});

export const serfLanPort: NumberOption = integer('ports.serf_lan', {
  flag: 'serf-lan-port',
  default: 8301,
  help: 'Shown as the port of members. There is no gossip; a server for which it is set takes links on it too, so that addresses written for Consul work.',
  example: 8301,
  shownAs: 'SerfPortLAN',
  problem: port,
});

export const socketUser: TextOption = text('unix_sockets.user', {
  default: '',
  help: 'The owner of sockets, by name or number. Default: the user of this process.',
  example: 'konsul',
  shownAs: 'UnixSocketUser',
});

export const socketGroup: TextOption = text('unix_sockets.group', {
  default: '',
  help: 'The group of sockets, by name or number. Default: the group of this process.',
  example: 'konsul',
  shownAs: 'UnixSocketGroup',
});

export const socketMode: TextOption = text('unix_sockets.mode', {
  default: '',
  help: 'The permissions of sockets, in octal. Default: as the system makes them.',
  example: '0660',
  shownAs: 'UnixSocketMode',
  problem: (value) => (value === '' || /^0?[0-7]{3}$/.test(value) ? undefined : 'must be octal, such as "0660"'),
});
