/**
 * The addresses under which servers are named: `host`, `host:port`, IPv6 in brackets if a port follows, and with `tcp://` in front as
 * `/v1/agent/self` shows them. A name is looked up by who dials, at every try.
 */
import { ipFamily } from '../model/ip.ts';

/** Where servers listen for links (`ports.server`). */
export const LINK_PORT = 8300;

const MAX_CHARS = 262;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const BRACKETED = /^\[([^\]]*)\](?::(\d{1,5}))?$/;
const PLAIN = /^([^:]*)(?::(\d{1,5}))?$/;
const MAX_PORT = 65_535;

/** `host:port`, IPv6 in brackets, with the default port where there is none; `undefined` for anything else. */
export function linkAddress(text: string): string | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const bare = text.trim().replace(/^tcp:\/\//, '');
  if (ipFamily(bare) === 6) return `[${bare}]:${LINK_PORT}`;
  const [, host = '', port = String(LINK_PORT)] = BRACKETED.exec(bare) ?? PLAIN.exec(bare) ?? [];
  const isHost = bare.startsWith('[') ? ipFamily(host) === 6 : isNameOrIpv4(host);
  if (!isHost || Number(port) < 1 || Number(port) > MAX_PORT) return undefined;
  return `${bare.startsWith('[') ? `[${host}]` : host}:${Number(port)}`;
}

/** What is wrong with the address of a server: `must be …`; `undefined`: nothing. */
export function linkAddressProblem(text: string): string | undefined {
  if (/\bprovider=/.test(text))
    return 'must name servers: looking them up at a cloud provider ("provider=…") is not offered; a DNS name that has all of them is';
  if (text.includes('{{')) return 'must name servers: an address of this machine ({{ … }}) is none of a server';
  if (linkAddress(text) !== undefined) return undefined;
  return `must be servers as host or host:port, not ${JSON.stringify(text.slice(0, MAX_CHARS))}`;
}

/** A name whose last part is a number would be a misspelt address. */
const isNameOrIpv4 = (host: string): boolean => ipFamily(host) === 4 || (NAME.test(host) && !/(?:^|\.)\d+\.?$/.test(host));

/** `address:port` to listen on or to show, IPv6 in brackets. */
export const withPort = (address: string, port: number): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;
