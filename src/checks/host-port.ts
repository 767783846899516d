/** The address of a target as registrations write it: `host:port`. */

interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The parts of `host:port` or `[v6]:port`, or what is wrong with it in Go's words. No host means this machine. */
export function splitHostPort(target: string): HostPort | string {
  const match = /^(?:\[(?<v6>[^[\]]*)\]|(?<name>[^[\]:]*)):(?<port>[^:[\]]*)$/.exec(target);
  if (match === null) return /:[^\]]*:/.test(target) && !target.startsWith('[') ? 'too many colons in address' : 'missing port in address';
  const { v6, name, port: portText = '' } = match.groups ?? {};
  const port = Number(portText);
  if (!/^\d+$/.test(portText) || port > 65_535) return 'invalid port';
  return { host: v6 || name || 'localhost', port };
}
