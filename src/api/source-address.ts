/** Where a request comes from: what `_ip` means. */
import type { RouteRequest } from '../http/route.ts';
import { ipFamily } from '../model/ip.ts';

/** The first address of X-Forwarded-For if it is one, else the client's; '' if neither is known. As node addresses are written. */
export function sourceAddress({ headers, remoteAddress }: Pick<RouteRequest, 'headers' | 'remoteAddress'>): string {
  const [forwarded = ''] = String(headers['x-forwarded-for'] ?? '').split(',', 1);
  const address = [forwarded.trim(), remoteAddress].find((text) => ipFamily(text) !== undefined) ?? '';
  return address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
