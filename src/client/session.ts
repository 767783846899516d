/** Sessions as a client sees them (`/v1/session/`). */
import type { ApiClient } from './api-client.ts';

/** The id of a new session that ends `ttlSeconds` after its last renewal. */
export async function createSession(client: ApiClient, name: string, ttlSeconds: number): Promise<string> {
  const body = JSON.stringify({ Name: name, TTL: `${ttlSeconds}s` });
  return (await client.json<{ readonly ID: string }>('PUT', '/v1/session/create', { body })).ID;
}

/** Whether the session was still there. Rejects if there is no answer in `timeoutMs`. */
export async function renewSession(client: ApiClient, id: string, timeoutMs: number): Promise<boolean> {
  return (await client.request('PUT', `/v1/session/renew/${encodeURIComponent(id)}`, { accepts: [404], timeoutMs })).status !== 404;
}

/** Ends the session; its locks are released. */
export async function destroySession(client: ApiClient, id: string): Promise<void> {
  await client.request('PUT', `/v1/session/destroy/${encodeURIComponent(id)}`);
}
