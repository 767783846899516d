/**
 * The one error class and the one table of error codes. Compare `code`, never text: texts are Consul's where clients match them.
 * `status` is what the HTTP API answers (spec section 1.3).
 */

const CODES = {
  BAD_REQUEST: { status: 400, retryable: false },
  PERMISSION_DENIED: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  TOO_LARGE: { status: 413, retryable: false },
  TOO_MANY_CONNECTIONS: { status: 429, retryable: true },
  /** A rule of the catalog, KV or sessions refused the request; Consul answers these with 500. */
  REJECTED: { status: 500, retryable: false },
  /** Others wanted the same at this moment, and were first. */
  CONTENDED: { status: 500, retryable: true },
  NO_LEADER: { status: 500, retryable: true },
  /** An agent has no link to a server now, and cannot answer this by itself. */
  NO_SERVERS: { status: 500, retryable: true },
  /** A view is larger than views may be (`cache.max_view`), or there is no room to pin it: the request is answered by a server instead. */
  VIEW_TOO_LARGE: { status: 500, retryable: true },
  NO_PATH_TO_DATACENTER: { status: 500, retryable: false },
  /** `?wait=synced`: registered on this node, and not confirmed by the servers in time, or refused by them. It goes on being sent. */
  NOT_SYNCED: { status: 504, retryable: true },
  /** The engine could not make a write durable: disk full, I/O error. Nothing of it was acknowledged. */
  STORE_FAILED: { status: 500, retryable: true },
  /** The store's content cannot be used: a newer format, a broken checksum, a file of another program. */
  STORE_UNREADABLE: { status: 500, retryable: false },
  /** No answer from the other side: nobody listens, the connection broke, or time ran out. Whether it acted is unknown. */
  UNREACHABLE: { status: 500, retryable: true },
  /** A lock, or a session, was lost before its work was done. */
  LOCK_LOST: { status: 500, retryable: true },
  /** A lock was not free for as long as its caller would wait. */
  LOCK_TIMEOUT: { status: 500, retryable: true },
  SNAPSHOT_INVALID: { status: 500, retryable: false },
  SHUTTING_DOWN: { status: 500, retryable: true },
  CONFIG_INVALID: { status: 500, retryable: false },
  /** A promise of the code itself was broken: a bug. Never caught locally. */
  KONSUL_INVARIANT: { status: 500, retryable: false },
} as const;

export type ErrorCode = keyof typeof CODES;

/** All codes, for the reference and its test. */
export const errorCodes: Readonly<Record<ErrorCode, { readonly status: number; readonly retryable: boolean }>> = CODES;

export interface ErrorOptions {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Overrides the table's status: some Consul answers share a code but not a status. */
  readonly status?: number;
}

export class KonsulError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KonsulError';
    this.code = code;
    this.status = options.status ?? CODES[code].status;
    this.retryable = CODES[code].retryable;
    this.details = options.details ?? {};
  }
}

/** Throws KONSUL_INVARIANT unless `condition` holds. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new KonsulError('KONSUL_INVARIANT', message);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
