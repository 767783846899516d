/**
 * Keeps probes away from targets that this machine must not be made to call (a metadata service, say). A name is judged
 * as written and again by each address it resolves to, so that a name cannot be used to reach a denied address.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { lookup as lookupSoon } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** True forbids the target. `host` is a name or an IP address without brackets. */
export type DenyTarget = (host: string, port: number) => boolean;

export class TargetDeniedError extends Error {
  constructor(host: string, port: number) {
    super(`target ${host}:${port} is denied by this agent`);
    this.name = 'TargetDeniedError';
  }
}

/** Throws TargetDeniedError if the target, as written, is denied. */
export function assertAllowed(deny: DenyTarget | undefined, host: string, port: number): void {
  if (deny?.(host, port)) throw new TargetDeniedError(host, port);
}

/** The first address of a name (or the address itself). Throws TargetDeniedError if any is denied, or the resolver's error. */
export async function resolveAllowed(deny: DenyTarget | undefined, host: string, port: number): Promise<LookupAddress> {
  assertAllowed(deny, host, port);
  const addresses = await lookupSoon(host, { all: true });
  for (const { address } of addresses) assertAllowed(deny, address, port);
  const [first] = addresses;
  if (first === undefined) throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
  return first;
}

/** Options for a socket that make it refuse names which resolve to a denied address; {} without a rule. */
export function guardedLookup(deny: DenyTarget | undefined, port: number): { readonly lookup?: LookupFunction } {
  if (deny === undefined) return {};
  return {
    lookup: (hostname, options, callback) => {
      lookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '');
        const denied = addresses.find(({ address }) => deny(address, port));
        if (denied) return callback(new TargetDeniedError(denied.address, port), '');
        answer(addresses, options.all === true, callback);
      });
    },
  };
}

function answer(addresses: LookupAddress[], isAll: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (isAll) callback(null, addresses);
  else callback(null, first?.address ?? '', first?.family);
}

/** The server name for TLS: as configured, else the host unless it is an address, which TLS does not allow. */
export const serverNameFor = (host: string, configured: string): string => configured || (isIP(host) ? '' : host);
