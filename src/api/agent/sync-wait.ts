/** `?wait` of the routes that change what is registered here: how long the answer waits for the servers. Konsul's own. */
import type { Query } from '../../http/request.ts';
import type { QueryDocs } from '../../http/route.ts';
import type { SyncWait } from '../../model/sync-wait.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';

export const SYNC_WAIT_QUERY: QueryDocs = {
  wait: '`synced`: 504 unless the servers confirm it within 10s; `disk`: does not wait for them. Default: up to `sync.register_wait`',
};

/** Throws BAD_REQUEST for a word that is neither. */
export function syncWait(query: Query): SyncWait {
  if (!query.has('wait')) return 'briefly';
  const word = query.get('wait');
  if (word === 'disk' || word === 'synced') return word;
  throw new KonsulError('BAD_REQUEST', `Invalid wait: ${quote(word)}; expected "disk" or "synced"`);
}
