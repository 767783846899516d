/**
 * What makes records durable and gives them their index. One conformance suite (`test/conformance/engine.test.ts`) runs on every
 * engine; callers know this interface only.
 *
 * Lineage: a random id, new at creation and at every `replace`. Within one lineage no index goes back.
 */
import type { Change, StoredRecord } from '../model/record.ts';

export type { StoredRecord };

/**
 * Everything in the store at one index. The indexes in the records are final. The iteration of the records must begin before the next
 * commit, as an engine may read them from its file only then; once begun it may take its time.
 */
export interface Loaded {
  readonly lineage: string;
  /** The index of the newest commit; at least 1. */
  readonly index: number;
  readonly records: Iterable<StoredRecord>;
}

/** The right to commit, until it is lost. */
export interface Leadership {
  /** The index of everything committed before this leadership began. */
  readonly index: number;
  /** Resolves with the reason when the right is lost; a commit after that fails with NO_LEADER. Never rejects. */
  readonly lost: Promise<string>;
  /** Gives the right up. */
  resign(): Promise<void>;
}

export interface Committed {
  readonly changes: readonly Change[];
  readonly index: number;
}

/** What a watcher gets: the commits in order, without gap; or that everything was replaced, and how to load it. */
export interface EngineWatcher {
  committed(commit: Committed): void;
  replaced(loaded: Loaded): void;
  /** The watch ended by a failure; `load` and `watch` again. */
  failed(reason: string): void;
}

export interface Engine {
  readonly name: string;
  /** Reads everything. Fails with STORE_UNREADABLE for a newer format or broken content. */
  load(): Promise<Loaded>;
  /**
   * Makes all changes durable in one step and gives their index; the zero indexes of the records become that index. Fails with
   * NO_LEADER when `leadership` is lost, with STORE_FAILED when the disk refuses: then nothing of it is there. One commit at a time.
   */
  commit(changes: readonly Change[], leadership: Leadership): Promise<number>;
  /** Everything committed after `from`, by whomever. Returns the end of the watch. */
  watch(from: number, watcher: EngineWatcher): () => void;
  /** Waits until this process leads. `address` is shown to the others. */
  campaign(address: string, signal: AbortSignal): Promise<Leadership>;
  /** The address of the one that leads now, or `undefined`. */
  leader(): string | undefined;
  /** Resolves if `leadership` holds at this very moment, checked against the store; else NO_LEADER. For `?consistent`. */
  confirm(leadership: Leadership): Promise<void>;
  /** Raises the index that the next commit gets to more than `atLeast` (agents have seen that much). */
  raiseIndex(atLeast: number): void;
  /**
   * Replaces everything in one step, under a new lineage, at an index above both the store's own and `snapshotIndex` by
   * 1,000,000. The records keep their indexes.
   */
  replace(records: readonly StoredRecord[], snapshotIndex: number, leadership: Leadership): Promise<Loaded>;
  close(): Promise<void>;
}

/** How far above everything before it a restore begins: no client has seen an index that high. */
export const RESTORE_INDEX_STEP = 1_000_000;

/** The format of the stores written by this version. Newer is refused, older is migrated. */
export const STORE_FORMAT = 1;
