/** Parameters without which the intention endpoints can say nothing. */
import type { Query } from '../../http/request.ts';
import { KonsulError } from '../../runtime/errors.ts';

/** The parameter's first value; REJECTED, with Consul's text, if it is not given or empty. */
export function requiredParam(query: Query, name: string): string {
  const value = query.get(name);
  if (value === '') throw new KonsulError('REJECTED', `required query parameter '${name}' not set`);
  return value;
}
