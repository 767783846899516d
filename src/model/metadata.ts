/** Consul's rules for the metadata of nodes and services. Texts are Consul's: clients and people match them. */
import type { StringMap } from './values.ts';

const MAX_PAIRS = 64;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 512;
const RESERVED_PREFIX = 'consul-';

/** Why `meta` may not be registered, in Consul's words, or `undefined` if it may. A filter may ask for reserved keys. */
export function metadataProblem(meta: StringMap, use: 'registration' | 'filter' = 'registration'): string | undefined {
  const pairs = Object.entries(meta);
  if (pairs.length > MAX_PAIRS) return `Node metadata cannot contain more than ${MAX_PAIRS} key/value pairs`;
  for (const [key, value] of pairs) {
    const problem = pairProblem(key, value) ?? (use === 'registration' ? reservedProblem(key) : undefined);
    if (problem !== undefined) return `Couldn't load metadata pair ('${key}', '${value}'): ${problem}`;
  }
  return undefined;
}

function pairProblem(key: string, value: string): string | undefined {
  if (key === '') return 'Key cannot be blank';
  if (!/^[a-zA-Z0-9_-]+$/.test(key)) return 'Key contains invalid characters';
  if (key.length > MAX_KEY_CHARS) return `Key is too long (limit: ${MAX_KEY_CHARS} characters)`;
  if (value.length > MAX_VALUE_CHARS) return `Value is too long (limit: ${MAX_VALUE_CHARS} characters)`;
  return undefined;
}

const reservedProblem = (key: string): string | undefined =>
  key.startsWith(RESERVED_PREFIX) ? `Key prefix '${RESERVED_PREFIX}' is reserved for internal use` : undefined;
