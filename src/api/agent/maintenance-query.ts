/** The query parameters that switch maintenance on and off (spec 5.8). */
import { parseBool, type Query } from '../../http/request.ts';
import type { QueryDocs } from '../../http/route.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';
import type { MaintenanceMode } from '../local-node.ts';

export const MAINTENANCE_QUERY: QueryDocs = { enable: '`true` or `false`; required', reason: 'Why; shown as the notes of the check' };

/** Throws BAD_REQUEST for a value that is missing or no boolean. */
export function maintenanceQuery(query: Query): MaintenanceMode {
  if (!query.has('enable')) throw new KonsulError('BAD_REQUEST', 'Missing value for enable');
  const enable = parseBool(query.get('enable'));
  if (enable === undefined) throw new KonsulError('BAD_REQUEST', `Invalid value for enable: ${quote(query.get('enable'))}`);
  return { enable, reason: query.get('reason') };
}
