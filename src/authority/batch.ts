/**
 * Commands that share one commit and so one index. A command joins only if nothing that it reads or writes is written by one
 * before it: then deciding all of them on the committed state gives what deciding one after the other would.
 */
import type { Change } from '../model/record.ts';
import type { Draft } from './draft.ts';

export interface BatchLimits {
  readonly maxChanges: number;
  /** Of KV values, roughly. */
  readonly maxBytes: number;
}

export const DEFAULT_BATCH_LIMITS: BatchLimits = { maxChanges: 4_096, maxBytes: 8 * 1024 * 1024 };

export class Batch {
  readonly #limits: BatchLimits;
  readonly #written = new Set<string>();
  readonly #changes: Change[] = [];
  #bytes = 0;

  constructor(limits: BatchLimits = DEFAULT_BATCH_LIMITS) {
    this.#limits = limits;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Whether there is room for more. An oversized command is taken if it comes first. */
  get isFull(): boolean {
    return this.#changes.length >= this.#limits.maxChanges || this.#bytes >= this.#limits.maxBytes;
  }

  /** Whether the draft depends on what the batch writes: then it must be decided anew after the commit. */
  conflictsWith(draft: Draft): boolean {
    if (this.#written.size === 0) return false;
    const { reads, ranges, marks } = draft.footprint;
    for (const key of reads) if (this.#written.has(key)) return true;
    for (const mark of marks) if (this.#written.has(mark)) return true;
    for (const { key } of draft.changes()) if (this.#written.has(key)) return true;
    for (const prefix of ranges) for (const key of this.#written) if (key.startsWith(prefix)) return true;
    return false;
  }

  add(draft: Draft): void {
    for (const change of draft.changes()) {
      this.#changes.push(change);
      this.#written.add(change.key);
      if (change.table === 'kv' && change.value !== undefined) this.#bytes += (change.value as { value: Uint8Array }).value.length;
    }
    for (const mark of draft.footprint.marks) this.#written.add(mark);
  }
}
