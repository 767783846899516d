/** Access rules whose segment is known only once the thing itself is found: a service's name behind its id. */
import type { AccessRule } from '../../acl/rule.ts';
import { refuse } from '../../acl/rule.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { Check } from '../../model/check.ts';
import { KonsulError } from '../../runtime/errors.ts';

export const SERVICE_READ: AccessRule = refuse('service', 'read');
export const SERVICE_WRITE: AccessRule = refuse('service', 'write');
export const NODE_WRITE: AccessRule = refuse('node', 'write');

/** Throws PERMISSION_DENIED unless the request may do `rule` on `segment`. */
export function demand(request: RouteRequest, rule: AccessRule, segment: string): void {
  if (!request.authorizer.allows(rule, segment)) throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
}

/** The right to change a check: of its service, else of its node. */
export function demandCheckWrite(
  request: RouteRequest,
  { serviceId, serviceName, node }: Pick<Check, 'serviceId' | 'serviceName' | 'node'>,
): void {
  if (serviceId === '') demand(request, NODE_WRITE, node);
  else demand(request, SERVICE_WRITE, serviceName);
}
