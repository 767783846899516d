/** The session id in a path. */
import { KonsulError } from '../../runtime/errors.ts';

/** The id, or 400 if the path has none. */
export function sessionIdOrThrow(rest: string): string {
  if (rest === '') throw new KonsulError('BAD_REQUEST', 'Missing session');
  return rest;
}
