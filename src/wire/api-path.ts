/** Paths and queries of the HTTP API as a client writes them. Pure. */

/** `true` sends the name alone; `undefined` and `false` send nothing. */
export type Query = Readonly<Record<string, string | boolean | number | bigint | readonly string[] | undefined>>;

/** A KV key as a path: its slashes stay. */
export const keyPath = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

/** `path`, which may have a query, with more of it: `/v1/kv/a?recurse&separator=%2F`. */
export function withQuery(path: string, query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [name];
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    return values.map((each) => `${name}=${encodeURIComponent(each)}`);
  });
  if (parts.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}
