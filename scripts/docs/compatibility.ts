/**
 * The hand-written judgement on each endpoint of Consul (docs/reference/compatibility.json): `METHOD path` to how Konsul compares. The
 * path is a route's own, so one that ends in `/` covers everything below. Endpoints that are not offered are listed too.
 */

export interface Compatibility {
  readonly status: 'same' | 'differs' | 'not offered';
  /** How and why; required for `differs`. */
  readonly note: string;
}

export type CompatibilityTable = ReadonlyMap<string, Compatibility>;

const STATUSES: readonly string[] = ['same', 'differs', 'not offered'];

/** Parses the file. Throws an Error that names the entry if one has another form. */
export function readCompatibility(text: string): CompatibilityTable {
  const entries = Object.entries(JSON.parse(text) as Record<string, Partial<Compatibility>>);
  return new Map(entries.map(([key, value]) => [key, checked(key, value)]));
}

function checked(key: string, { status, note = '' }: Partial<Compatibility>): Compatibility {
  if (!/^(GET|PUT|POST|DELETE) \/v1\/\S+$/.test(key)) throw new Error(`compatibility.json: "${key}" is not METHOD /v1/path`);
  if (status === undefined || !STATUSES.includes(status))
    throw new Error(`compatibility.json: "${key}" needs a status, one of ${STATUSES.join(', ')}`);
  if (status === 'differs' && note === '') throw new Error(`compatibility.json: "${key}" differs; say how, and why`);
  return { status, note };
}
