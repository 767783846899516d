/** Sessions as a client sees them (`/v1/session/`). */
import { formatDurationNs } from '../model/duration.ts';
import type { ApiClient } from './api-client.ts';

export interface NewSession {
  /** For people who look for the holder. */
  readonly name: string;
  /** The servers may end it so long after its last renewal; 10,000 to 86,400,000. */
  readonly ttlMs: number;
  /** How long its keys stay closed when it ends otherwise than by `destroySession`. Default: the servers', 15,000. */
  readonly lockDelayMs?: number;
  /** What becomes of the keys that it holds when it ends. Default: `release`. */
  readonly behavior?: 'release' | 'delete';
}

/** The id of a new session. */
export async function createSession(client: ApiClient, { name, ttlMs, lockDelayMs, behavior }: NewSession): Promise<string> {
  const body = JSON.stringify({
    Name: name,
    TTL: formatDurationNs(ttlMs * 1e6),
    ...(lockDelayMs === undefined ? {} : { LockDelay: formatDurationNs(lockDelayMs * 1e6) }),
    ...(behavior === undefined ? {} : { Behavior: behavior }),
  });
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
