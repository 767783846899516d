/** The table of docs/reference/errors.md. The codes come from the code; what each means to a caller is written here. */
import type { ErrorCode, errorCodes } from '../../src/runtime/errors.ts';
import { code, table } from './page.ts';

/** A code without its sentence does not compile. */
const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  BAD_REQUEST: 'The request cannot be understood: a malformed body, parameter or path.',
  PERMISSION_DENIED: 'The token may not do this, or is unknown.',
  NOT_FOUND: 'There is no such thing under this name or id.',
  METHOD_NOT_ALLOWED: 'The endpoint exists, for other methods; `Allow` names them.',
  TOO_LARGE: 'The body, a value, or the number of operations is over its limit; the text names the setting.',
  TOO_MANY_CONNECTIONS: 'The client holds more connections than `limits.http_max_conns_per_client`.',
  REJECTED: 'A rule of the catalog, of KV or of sessions refused the write; the text is the one of Consul. Nothing was written.',
  CONTENDED: 'Others wanted the same at this moment, and were first. Try again: an agent does so by itself.',
  NO_LEADER: 'No server leads at the moment, or this one lost the lead while it decided. Try again.',
  NO_SERVERS: 'The agent has no link to a server at the moment, and does not hold the answer itself. Try again.',
  VIEW_TOO_LARGE: 'Between agents and servers only: what is asked for is too large to be held, and is relayed instead.',
  NOT_SYNCED: 'With `?wait=synced`: registered on this node, but the servers have not confirmed it. It goes on being sent to them.',
  NO_PATH_TO_DATACENTER: 'The request names a datacenter that is not this one.',
  STORE_FAILED: 'The write could not be made durable (disk full, I/O error). It was not acknowledged; nothing of it is kept.',
  STORE_UNREADABLE: 'The store was written by a newer version, is broken, or belongs to another program. It is left as it is.',
  UNREACHABLE: 'A client got no answer: nobody listens there, the connection broke, or time ran out. Whether a write was done is unknown.',
  LOCK_LOST: 'In the SDK: a lock or session was lost before its work was done; others may have worked at the same time.',
  LOCK_TIMEOUT: 'In the SDK: the lock was not free within `waitMs`. Nothing was done.',
  SNAPSHOT_INVALID: 'The bytes are not a whole, intact snapshot. The state is unchanged.',
  SHUTTING_DOWN: 'The process is stopping. Try another server, or again later.',
  CONFIG_INVALID: 'The configuration cannot be used; the text names file, key and remedy. The process does not start.',
  KONSUL_INVARIANT: 'A bug in Konsul. Please report it with the log.',
};

/** One row per code, in the order of the source. */
export function renderErrors(codes: typeof errorCodes): string {
  const rows = Object.entries(codes).map(([name, { status, retryable }]) => [
    code(name),
    String(status),
    retryable ? 'yes' : 'no',
    MEANINGS[name as ErrorCode],
  ]);
  return table(['Code', 'Status', 'Worth a retry', 'Meaning'], rows);
}
