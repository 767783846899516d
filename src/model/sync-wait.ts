/** How long the answer to a registration waits for the servers. The registration itself is on disk by then, whichever is asked for. */

/**
 * `briefly`: until the servers have it, at most `sync.register_wait`, and a success in any case. `disk`: not at all. `synced`: until they
 * have confirmed it, else a failure (NOT_SYNCED).
 */
export type SyncWait = 'briefly' | 'disk' | 'synced';
