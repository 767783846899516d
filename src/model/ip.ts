/** Which kind of IP address a text is. No name is ever looked up. */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** 4 or 6 for an IP literal (without brackets, zone or port), else `undefined`. */
export function ipFamily(text: string): 4 | 6 | undefined {
  if (IPV4.test(text)) return 4;
  return isIpv6(text) ? 6 : undefined;
}

/** The address that means "any": nobody can connect to it. */
export function isUnspecified(text: string): boolean {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  return bare === '0.0.0.0' || (isIpv6(bare) && /^[0:]+$/.test(bare));
}

/** Leaves the grammar of IPv6 to the platform's URL parser; the character test keeps everything else away from it. */
const isIpv6 = (text: string): boolean => /^[0-9a-fA-F:.]{2,45}$/.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);

/** An IPv4 address of this machine only. */
export const isLoopback = (address: string): boolean => address.startsWith('127.');

/** An IPv4 address of a private network (RFC 1918). */
export const isPrivate = (address: string): boolean => /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
