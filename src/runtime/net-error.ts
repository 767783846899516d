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

/** What went wrong on the way to `host:port`; the original text where Go has no word of its own. */
export function netErrorText(error: unknown, host: string, port: number): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code = '', address = host, message = String(first) } = (first ?? {}) as NodeJS.ErrnoException & { address?: string };
  const lookup = LOOKUP_TEXTS[code];
  if (lookup !== undefined) return `dial tcp: lookup ${host}: ${lookup}`;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'read: connection reset by peer';
  const connect = CONNECT_TEXTS[code];
  return connect === undefined ? message : `dial tcp ${joinHostPort(address, port)}: ${connect}`;
}

/** `host:port`, with brackets around an IPv6 address. */
export const joinHostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
