/** Where a request comes from: what `_ip` and `_agent` mean. */
import type { RouteRequest } from '../http/route.ts';
import { ipFamily } from '../model/ip.ts';
import type { ApiSettings } from './context.ts';

/** With a request that an agent had answered here: the name of its node. Who else sends it says no more than `near=<node>` would. */
export const SOURCE_NODE_HEADER = 'x-konsul-agent-node';

/** The first address of X-Forwarded-For if it is one, else the client's; '' if neither is known. As node addresses are written. */
export function sourceAddress({ headers, remoteAddress }: Pick<RouteRequest, 'headers' | 'remoteAddress'>): string {
  const [forwarded = ''] = String(headers['x-forwarded-for'] ?? '').split(',', 1);
  const address = [forwarded.trim(), remoteAddress].find((text) => ipFamily(text) !== undefined) ?? '';
  return address.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}

/** The node of the agent that was asked, be it this one. */
export function sourceNode({ headers }: Pick<RouteRequest, 'headers'>, { nodeName }: Pick<ApiSettings, 'nodeName'>): string {
  const named = headers[SOURCE_NODE_HEADER];
  return typeof named === 'string' && named !== '' ? named : nodeName;
}
