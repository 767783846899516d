/**
 * The store in memory: the engine of `-dev`, tests and the simulation, and the executable model of the contract in `engine.ts`.
 * A `MemoryStore` owns the records; several servers of one process may open it. Its faults are scripted, and happen
 * before any effect, but for `failCommitAfterEffect`.
 */

import type { Change } from '../model/record.ts';
import { invariant, KonsulError } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';
import { nextIndex, recordOf, restoreIndex, stampChanges } from './changes.ts';
import { Election } from './election.ts';
import type { Engine, EngineWatcher, Leadership, Loaded, StoredRecord } from './engine.ts';
import { CommitFeed, LATE_WRITE } from './feed.ts';
import { assertRecord } from './records.ts';

export type MemoryOperation = 'load' | 'commit' | 'campaign' | 'confirm' | 'replace';

export class MemoryStore {
  readonly election: Election = new Election(() => this.#index);
  readonly feed: CommitFeed = new CommitFeed(1);
  readonly #random: Random;
  readonly #faults = new Map<MemoryOperation, Error[]>();
  #records = new Map<string, StoredRecord>();
  #lineage: string;
  #index = 1;
  #floor = 0;
  readonly #lateErrors: Error[] = [];
  /** Whether a failed commit is in the store: unknown to the watchers, or told but not loaded yet. */
  #ahead: 'no' | 'unknown' | 'told' = 'no';

  constructor(random: Random) {
    this.#random = random;
    this.#lineage = random.uuid();
  }

  /** A new engine on this store, independent of the others. */
  open(): Engine {
    return new MemoryEngine(this);
  }

  /** Fails the next call of `operation`, on whichever engine, with `error`. Several calls line up. */
  failNext(operation: MemoryOperation, error: Error = scriptedFailure()): void {
    this.#faults.set(operation, [...(this.#faults.get(operation) ?? []), error]);
  }

  /** Fails the next commit with `error` although it takes effect, as a disk may; the one after it finds that out. Several line up. */
  failCommitAfterEffect(error: Error = scriptedFailure()): void {
    this.#lateErrors.push(error);
  }

  /** Takes the leadership away; the next candidate leads. */
  depose(reason = 'deposed by the script'): void {
    this.election.depose(reason);
  }

  /** Ends every watch on every engine with `failed`. */
  breakWatches(reason: string): void {
    this.feed.fail(reason, this.#index);
  }

  /** Throws what `failNext` has in store for `operation`. */
  checkFault(operation: MemoryOperation): void {
    const error = this.#faults.get(operation)?.shift();
    if (error !== undefined) throw error;
  }

  load(): Loaded {
    if (this.#ahead === 'told') this.#ahead = 'no';
    return this.loaded();
  }

  loaded(): Loaded {
    return { lineage: this.#lineage, index: this.#index, records: [...this.#records.values()] };
  }

  commit(changes: readonly Change[]): number {
    this.#assertSeen();
    const index = nextIndex(this.#index, this.#floor);
    const stamped = stampChanges(changes, index);
    for (const change of stamped) this.#put(change);
    this.#index = index;
    const late = this.#lateErrors.shift();
    if (late !== undefined) {
      this.#ahead = 'unknown';
      throw late;
    }
    this.feed.commit({ changes: stamped, index });
    return index;
  }

  raiseIndex(atLeast: number): void {
    this.#floor = Math.max(this.#floor, atLeast);
  }

  replace(records: readonly StoredRecord[], snapshotIndex: number): Loaded {
    this.#assertSeen();
    for (const { table, value } of records) assertRecord(table, value);
    const index = restoreIndex(this.#index, this.#floor, snapshotIndex);
    this.#records = new Map(records.map((record) => [record.key, record]));
    this.#lineage = this.#random.uuid();
    this.#index = index;
    const loaded = this.loaded();
    this.feed.replace(loaded);
    return loaded;
  }

  /** Nothing is committed that was decided without what is in the store. */
  #assertSeen(): void {
    if (this.#ahead === 'no') return;
    if (this.#ahead === 'unknown') {
      this.#ahead = 'told';
      this.feed.fail(LATE_WRITE, this.#index);
    }
    throw new KonsulError('STORE_FAILED', `${LATE_WRITE}, try again when it is loaded`);
  }

  #put(change: Change): void {
    const record = recordOf(change);
    if (record === undefined) this.#records.delete(change.key);
    else this.#records.set(change.key, record);
  }
}

const scriptedFailure = (): Error => new KonsulError('STORE_FAILED', 'failed by the script');

class MemoryEngine implements Engine {
  readonly name: string = 'memory';
  readonly #store: MemoryStore;
  readonly #watches = new Set<() => void>();
  #isClosed = false;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  async load(): Promise<Loaded> {
    this.#begin('load');
    return this.#store.load();
  }

  async commit(changes: readonly Change[], leadership: Leadership): Promise<number> {
    this.#begin('commit');
    this.#store.election.assertHolds(leadership);
    return this.#store.commit(changes);
  }

  watch(from: number, watcher: EngineWatcher): () => void {
    invariant(!this.#isClosed, 'a closed engine cannot be watched');
    const end = this.#store.feed.watch(from, watcher);
    this.#watches.add(end);
    return () => {
      end();
      this.#watches.delete(end);
    };
  }

  async campaign(address: string, signal: AbortSignal): Promise<Leadership> {
    this.#begin('campaign');
    return this.#store.election.campaign({ owner: this, address, signal });
  }

  leader(): string | undefined {
    return this.#store.election.leader;
  }

  async confirm(leadership: Leadership): Promise<void> {
    this.#begin('confirm');
    this.#store.election.assertHolds(leadership);
  }

  raiseIndex(atLeast: number): void {
    this.#store.raiseIndex(atLeast);
  }

  async replace(records: readonly StoredRecord[], snapshotIndex: number, leadership: Leadership): Promise<Loaded> {
    this.#begin('replace');
    this.#store.election.assertHolds(leadership);
    return this.#store.replace(records, snapshotIndex);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#watches) end();
    this.#watches.clear();
    this.#store.election.withdraw(this, 'the engine was closed');
  }

  #begin(operation: MemoryOperation): void {
    if (this.#isClosed) throw new KonsulError('SHUTTING_DOWN', 'the store is closed');
    this.#store.checkFault(operation);
  }
}
