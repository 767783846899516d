/** Texts for failed connections, in the words of Go's `net` package: operators search for these in their dashboards. */

const CONNECT_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'connect: connection timed out',
};

const LOOKUP_TEXTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'server misbehaving',
};

/** OpenSSL's own texts hold numbers and places in its sources; its reason stands apart, but for a failed write: there it is among them. */
const TLS_TEXTS: Readonly<Record<string, string>> = {
  'wrong version number': 'first record does not look like a TLS handshake',
};
const TLS_WRITE_REASON = /:SSL routines:[^:]*:([^:]+):/;

/** What newer versions of Node add to a certificate that nobody vouches for: advice to whoever started Node. */
const NODE_HINT = /; if the root CA is installed locally, .*$/;

/** What went wrong on the way to `host:port`; the original text where Go has no word of its own. */
export function netErrorText(error: unknown, host: string, port: number): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code = '', address = host, message = String(first), reason } = (first ?? {}) as SystemError;
  const lookup = LOOKUP_TEXTS[code];
  if (lookup !== undefined) return `dial tcp: lookup ${host}: ${lookup}`;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
  const tlsReason = code === 'EPROTO' ? TLS_WRITE_REASON.exec(message)?.[1] : reason;
  if (/^(ERR_SSL_|EPROTO$)/.test(code) && tlsReason !== undefined) return `tls: ${TLS_TEXTS[tlsReason] ?? tlsReason}`;
  const connect = CONNECT_TEXTS[code];
  return connect === undefined ? message.replace(NODE_HINT, '') : `dial tcp ${joinHostPort(address, port)}: ${connect}`;
}

interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string;
  /** What OpenSSL says. */
  readonly reason?: string;
}

/** The same for a datagram. A refusal comes by ICMP, when the answer is waited for. */
export function udpErrorText(error: unknown, { host, port }: { readonly host: string; readonly port: number }): string {
  const { code = '', message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  const lookup = LOOKUP_TEXTS[code];
  if (lookup !== undefined) return `dial udp: lookup ${host}: ${lookup}`;
  const connect = CONNECT_TEXTS[code];
  return connect === undefined ? message : `read udp ${joinHostPort(host, port)}: ${connect.replace('connect: ', 'read: ')}`;
}

/** `host:port`, with brackets around an IPv6 address. */
export const joinHostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
