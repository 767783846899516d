/**
 * Hands the commits of a store to its watchers, in order, at the moment they are made. Keeps the newest ones, so that a watcher that
 * loaded a moment ago misses nothing. Owned by the engine or by the store that several engines share.
 */
import type { Committed, EngineWatcher, Loaded } from './engine.ts';

/** Why a watch ends when a commit that was reported as failed turns out to have taken effect. */
export const LATE_WRITE = 'a write that had failed is in the store';

const MAX_KEPT_BYTES = 8 * 1024 * 1024;

export class CommitFeed {
  readonly #watchers = new Set<EngineWatcher>();
  #kept: Committed[] = [];
  #keptBytes = 0;
  /** Everything after this index is in `#kept`. */
  #keptAfter: number;

  /** `index` is the store's index now. */
  constructor(index: number) {
    this.#keptAfter = index;
  }

  /** Everything after `from`, the kept commits at once. A `from` too old to be continued ends in `failed`. Returns the end of it. */
  watch(from: number, watcher: EngineWatcher): () => void {
    if (from < this.#keptAfter) {
      watcher.failed(`the commits after index ${from} are no longer kept`);
      return () => {};
    }
    for (const commit of this.#kept) if (commit.index > from) watcher.committed(commit);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  commit(commit: Committed): void {
    this.#keep(commit);
    for (const watcher of [...this.#watchers]) watcher.committed(commit);
  }

  replace(loaded: Loaded): void {
    this.#forget(loaded.index);
    for (const watcher of [...this.#watchers]) watcher.replaced(loaded);
  }

  /** Ends every watch. `index` is the store's index now. */
  fail(reason: string, index: number): void {
    this.#forget(index);
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher.failed(reason);
  }

  /** Ends every watch without a word: the engine was closed. */
  close(): void {
    this.#watchers.clear();
  }

  #keep(commit: Committed): void {
    this.#kept.push(commit);
    this.#keptBytes += sizeBytesOf(commit);
    while (this.#keptBytes > MAX_KEPT_BYTES) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) return;
      this.#keptBytes -= sizeBytesOf(oldest);
      this.#keptAfter = oldest.index;
    }
  }

  #forget(index: number): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#keptAfter = index;
  }
}

/** About what a commit keeps in memory: values of the KV store are exact, other records are alike. */
function sizeBytesOf({ changes }: Committed): number {
  return changes.reduce(
    (total, { value }) => total + OTHER_RECORD_BYTES + (value !== undefined && 'flags' in value ? value.value.byteLength : 0),
    0,
  );
}

const OTHER_RECORD_BYTES = 500;
