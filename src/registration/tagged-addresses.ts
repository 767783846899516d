/** The addresses of a service for several networks: what may be given, and what the agent adds (spec 5.6). */
import { ipFamily } from '../model/ip.ts';
import type { ServiceAddress } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';

type Addresses = Readonly<Record<string, ServiceAddress>>;

/** A service's own address, and those given for networks. */
export interface GivenAddresses {
  readonly address: string;
  readonly port: number;
  readonly tagged: Addresses | undefined;
}

/**
 * The given addresses, with those for LAN and WAN of its family added where the service's own address is an IP literal; `undefined`
 * if there are none. Throws REJECTED where a name promises a family that the address is not of.
 */
export function taggedAddressesOf({ address, port, tagged = {} }: GivenAddresses): Addresses | undefined {
  for (const [name, given] of Object.entries(tagged)) refuseWrongFamily(name, given.address);
  const family = ipFamily(address);
  const added = family === undefined ? {} : { [`lan_ipv${family}`]: { address, port }, [`wan_ipv${family}`]: { address, port } };
  const all = { ...added, ...tagged };
  return Object.keys(all).length === 0 ? undefined : all;
}

function refuseWrongFamily(name: string, address: string): void {
  const promised = /^(?:lan|wan)_ipv([46])$/.exec(name)?.[1];
  if (promised === undefined || String(ipFamily(address)) === promised) return;
  throw new KonsulError('REJECTED', `Service tagged address "${name}" must be a valid ipv${promised} address`, {
    details: { member: 'TaggedAddresses' },
  });
}
