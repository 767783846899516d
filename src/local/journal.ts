/** Where changes of the local state become durable before they happen. Two kinds: `FileLog`, and none at all. */
import { KonsulError } from '../runtime/errors.ts';

export interface Journal {
  /**
   * Makes some records durable, then runs `apply`: in the order of the calls, and before the promise resolves. Rejects with STORE_FAILED,
   * without running `apply`, when the disk refuses; the first of the records may then be found by the next start, or none.
   */
  append(payloads: readonly Uint8Array[], apply: () => void): Promise<void>;
  /** Resolves when all that was appended is settled. Later appends are refused with SHUTTING_DOWN. */
  close(): Promise<void>;
}

/** The refusal of what comes after `close`. */
export const journalClosed = (): KonsulError => new KonsulError('SHUTTING_DOWN', 'The agent is shutting down');

/** Keeps nothing: for an agent without a data folder. */
export class MemoryJournal implements Journal {
  #isClosed = false;

  async append(_payloads: readonly Uint8Array[], apply: () => void): Promise<void> {
    if (this.#isClosed) throw journalClosed();
    apply();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }
}
