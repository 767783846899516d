/** The key/value store as a client sees it (`/v1/kv/`). */
import type { Uint64 } from '../model/values.ts';
import { keyPath, type Query } from '../wire/api-path.ts';
import { type ApiClient, bodyJson } from './api-client.ts';

export interface KvPair {
  readonly Key: string;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly LockIndex: number;
  readonly Flags: Uint64;
  /** Base64; `null` is empty. */
  readonly Value: string | null;
  /** The session that holds it; absent: none. */
  readonly Session?: string;
}

/** The bytes of a pair. */
export const valueBytes = ({ Value }: Pick<KvPair, 'Value'>): Buffer => Buffer.from(Value ?? '', 'base64');

/** One entry, or `undefined`. */
export async function readKey(client: ApiClient, key: string, query: Query = {}): Promise<KvPair | undefined> {
  const reply = await client.request('GET', `/v1/kv/${keyPath(key)}`, { query, accepts: [404] });
  return reply.status === 404 ? undefined : bodyJson<readonly KvPair[]>(reply)[0];
}

/** All entries whose key starts with `prefix`, by key. */
export async function readPrefix(client: ApiClient, prefix: string, query: Query = {}): Promise<readonly KvPair[]> {
  const reply = await client.request('GET', `/v1/kv/${keyPath(prefix)}`, { query: { ...query, recurse: true }, accepts: [404] });
  return reply.status === 404 ? [] : bodyJson<readonly KvPair[]>(reply);
}

/** The keys that start with `prefix`, cut behind the first `separator` after it; '' cuts none. */
export async function readKeys(client: ApiClient, prefix: string, separator: string): Promise<readonly string[]> {
  const query = { keys: true, ...(separator === '' ? {} : { separator }) };
  const reply = await client.request('GET', `/v1/kv/${keyPath(prefix)}`, { query, accepts: [404] });
  return reply.status === 404 ? [] : bodyJson<readonly string[]>(reply);
}

/** Whether it was written: `cas`, `acquire` and `release` may refuse. */
export const writeKey = (client: ApiClient, key: string, value: Uint8Array, query: Query = {}): Promise<boolean> =>
  client.json<boolean>('PUT', `/v1/kv/${keyPath(key)}`, { query, body: value });

/** Whether it was deleted (also if there was nothing); `cas` may refuse. */
export const deleteKey = (client: ApiClient, key: string, query: Query = {}): Promise<boolean> =>
  client.json<boolean>('DELETE', `/v1/kv/${keyPath(key)}`, { query });
