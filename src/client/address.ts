/** The address of an agent as users write it: `127.0.0.1:8500`, `https://consul.example:8501`, `unix:///run/konsul.sock`. Pure. */
import { KonsulError } from '../runtime/errors.ts';

export type AgentAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly isTls: boolean }
  | { readonly kind: 'unix'; readonly path: string };

export const DEFAULT_ADDRESS = '127.0.0.1:8500';

/**
 * Reads an address. `prefersTls` decides where it names no scheme; without a port it is the scheme's own. Throws CONFIG_INVALID.
 */
export function parseAddress(text: string, prefersTls: boolean): AgentAddress {
  if (text.startsWith('unix://')) return unixAddress(text.slice('unix://'.length), text);
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${prefersTls ? 'https' : 'http'}://${text}`;
  if (!URL.canParse(full)) throw badAddress(text, 'it is no host:port');
  const { protocol, hostname, port, pathname, username } = new URL(full);
  if (protocol !== 'http:' && protocol !== 'https:') throw badAddress(text, `${protocol}// is not spoken here`);
  if (username !== '') throw badAddress('…', 'a user and password belong into CONSUL_HTTP_AUTH');
  if (pathname !== '/') throw badAddress(text, `the path ${pathname} does not belong to it`);
  const isTls = protocol === 'https:';
  return { kind: 'tcp', host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls };
}

function unixAddress(path: string, text: string): AgentAddress {
  if (path === '') throw badAddress(text, 'the path of the socket is missing');
  return { kind: 'unix', path };
}

const badAddress = (text: string, reason: string): KonsulError =>
  new KonsulError('CONFIG_INVALID', `the address "${text}" of the agent cannot be used: ${reason} (for example ${DEFAULT_ADDRESS})`);
