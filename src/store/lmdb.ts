/**
 * The engine of one durable server, on lmdb. Acknowledged means on disk: a commit resolves after the sync of its transaction, in
 * which the index is written too. One process has the store; its candidates for leadership are all in it.
 */

import type { Change } from '../model/record.ts';
import { invariant, KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import { nextIndex, recordOf, restoreIndex, stampChanges } from './changes.ts';
import { Election } from './election.ts';
import type { Engine, EngineWatcher, Leadership, Loaded, StoredRecord } from './engine.ts';
import { STORE_FORMAT } from './engine.ts';
import { CommitFeed, LATE_WRITE } from './feed.ts';
import { type Generation, LmdbDatabase, type StoreMeta, type Writes } from './lmdb-database.ts';
import { assertRecord } from './records.ts';

export interface LmdbOptions {
  /** The folder of the store; created if there is none. */
  readonly path: string;
  readonly random: Random;
  readonly logger: Logger;
}

/** Opens or creates a store. STORE_UNREADABLE if it is in use, of another program, damaged, or of a newer format. */
export async function openLmdb(options: LmdbOptions): Promise<Engine> {
  const database = await LmdbDatabase.open(options.path);
  try {
    const meta = database.readMeta() ?? (await createMeta(database, options.random));
    await discard(database, otherGeneration(meta), options.logger);
    return new LmdbEngine(database, meta, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function createMeta(database: LmdbDatabase, random: Random): Promise<StoreMeta> {
  const meta: StoreMeta = { format: STORE_FORMAT, lineage: random.uuid(), base: 1, index: 1, generation: 0 };
  await database.write((writes) => writes.setMeta(meta));
  return meta;
}

/** Clears what a replace left half-written. Not needed to go on: a full disk must not keep a server from starting. */
async function discard(database: LmdbDatabase, generation: Generation, logger: Logger): Promise<void> {
  if (database.count(generation) === 0) return;
  try {
    await database.write((writes) => writes.clear(generation));
  } catch (error) {
    logger.warn({ error: messageOf(error) }, 'the rest of a failed restore could not be deleted yet');
  }
}

const otherGeneration = ({ generation }: StoreMeta): Generation => (generation === 0 ? 1 : 0);

/** Records per transaction of a replace: each transaction waits for the disk once, and holds the loop for its packing. */
const REPLACE_SLICE = 1_000;

class LmdbEngine implements Engine {
  readonly name: string = 'lmdb';
  readonly #database: LmdbDatabase;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #election: Election = new Election(() => this.#meta.index);
  readonly #feed: CommitFeed;
  #meta: StoreMeta;
  #floor = 0;
  #isWriting = false;
  /** The watchers have not loaded yet what a failed write left in the store: what they decided may be wrong. */
  #isAhead = false;
  #isClosed = false;

  constructor(database: LmdbDatabase, meta: StoreMeta, options: LmdbOptions) {
    this.#database = database;
    this.#meta = meta;
    this.#feed = new CommitFeed(meta.index);
    this.#random = options.random;
    this.#logger = options.logger.child({ component: 'store' });
  }

  /** The records are read from the file during the iteration, which must begin before the next commit. */
  async load(): Promise<Loaded> {
    this.#assertOpen();
    this.#isAhead = false;
    return this.#loaded();
  }

  async commit(changes: readonly Change[], leadership: Leadership): Promise<number> {
    return this.#exclusively(leadership, async () => {
      const index = nextIndex(this.#meta.index, this.#floor);
      const stamped = stampChanges(changes, index);
      const meta: StoreMeta = { ...this.#meta, index };
      await this.#write((writes) => {
        for (const change of stamped) writeChange(writes, meta.generation, change);
        writes.setMeta(meta);
      });
      this.#meta = meta;
      this.#feed.commit({ changes: stamped, index });
      return index;
    });
  }

  watch(from: number, watcher: EngineWatcher): () => void {
    this.#assertOpen();
    return this.#feed.watch(from, watcher);
  }

  async campaign(address: string, signal: AbortSignal): Promise<Leadership> {
    this.#assertOpen();
    return this.#election.campaign({ owner: this, address, signal });
  }

  leader(): string | undefined {
    return this.#election.leader;
  }

  /** No other process can lead, so nothing is read from the disk. */
  async confirm(leadership: Leadership): Promise<void> {
    this.#assertOpen();
    this.#election.assertHolds(leadership);
  }

  raiseIndex(atLeast: number): void {
    this.#floor = Math.max(this.#floor, atLeast);
  }

  async replace(records: readonly StoredRecord[], snapshotIndex: number, leadership: Leadership): Promise<Loaded> {
    return this.#exclusively(leadership, async () => {
      const index = restoreIndex(this.#meta.index, this.#floor, snapshotIndex);
      const [old, generation] = [this.#meta.generation, otherGeneration(this.#meta)];
      const meta: StoreMeta = { format: STORE_FORMAT, lineage: this.#random.uuid(), base: index, index, generation };
      await this.#fill(generation, records).catch(async (error: unknown) => {
        await discard(this.#database, generation, this.#logger);
        throw error;
      });
      this.#election.assertHolds(leadership);
      await this.#write((writes) => {
        writes.setMeta(meta);
        writes.clear(old);
      });
      this.#meta = meta;
      const loaded = this.#loaded();
      this.#feed.replace(loaded);
      return loaded;
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#feed.close();
    this.#election.withdraw(this, 'the engine was closed');
    await this.#database.close();
  }

  /** Writes a generation that nobody reads yet. */
  async #fill(generation: Generation, records: readonly StoredRecord[]): Promise<void> {
    await this.#write((writes) => writes.clear(generation));
    for (let from = 0; from < records.length; from += REPLACE_SLICE) {
      const slice = records.slice(from, from + REPLACE_SLICE);
      for (const { table, value } of slice) assertRecord(table, value);
      await this.#write((writes) => {
        for (const record of slice) writes.put(generation, record);
      });
    }
  }

  #loaded(): Loaded {
    const meta = this.#meta;
    return { lineage: meta.lineage, index: meta.index, records: { [Symbol.iterator]: () => this.#recordsOf(meta) } };
  }

  #recordsOf(meta: StoreMeta): Iterator<StoredRecord> {
    this.#assertOpen();
    invariant(meta === this.#meta, 'the records of a load must be read before the next commit');
    return this.#database.records(meta.generation);
  }

  async #exclusively<T>(leadership: Leadership, task: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    this.#election.assertHolds(leadership);
    invariant(!this.#isWriting, 'one commit at a time');
    this.#isWriting = true;
    try {
      if (this.#database.isSuspect) await this.#recover();
      if (this.#isAhead) throw new KonsulError('STORE_FAILED', `${LATE_WRITE}, try again when it is loaded`);
      return await task();
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(fill: (writes: Writes) => void): Promise<void> {
    try {
      await this.#database.write(fill);
    } catch (error) {
      this.#logger.error({ error: messageOf(error) }, 'store write failed');
      throw error;
    }
  }

  /** After a failed write: opens the files anew, and makes sure that they hold what the watchers know. */
  async #recover(): Promise<void> {
    const stored = await this.#reopen();
    if (stored.index === this.#meta.index && stored.lineage === this.#meta.lineage) return;
    // The failure came after the transaction had taken effect. Nothing of it was acknowledged; those who load again see it.
    // Until then nothing is committed: it was decided without it.
    this.#meta = stored;
    this.#isAhead = true;
    this.#feed.fail(LATE_WRITE, stored.index);
  }

  async #reopen(): Promise<StoreMeta> {
    try {
      await this.#database.reopen();
      return this.#database.readMeta() ?? this.#meta;
    } catch (error) {
      throw new KonsulError('STORE_FAILED', `the store could not be opened again: ${messageOf(error)}`, { cause: error });
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new KonsulError('SHUTTING_DOWN', 'the store is closed');
  }
}

function writeChange(writes: Writes, generation: Generation, change: Change): void {
  const record = recordOf(change);
  if (record === undefined) writes.remove(generation, change.key);
  else writes.put(generation, record);
}
