/** Where changes of the local state become durable before they happen. Two kinds: `FileLog`, and none at all. */

export interface Journal {
  /**
   * Makes one record durable, then runs `apply`: in the order of the calls, and before the promise resolves. Rejects with STORE_FAILED,
   * without running `apply`, when the disk refuses; the record may then be found, or not, by the next start.
   */
  append(payload: Uint8Array, apply: () => void): Promise<void>;
  /** Resolves when all that was appended is settled. Later appends are refused with SHUTTING_DOWN. */
  close(): Promise<void>;
}

/** Keeps nothing: for an agent without a data folder. */
export const memoryJournal: Journal = {
  append: async (_payload, apply) => apply(),
  close: async () => {},
};
