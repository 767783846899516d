/**
 * The snapshot of the cache on disk: what a start without any server answers from. Written at the stop, and while something changes every
 * 30 s at most; in slices, the most used views first. Anything wrong with it costs a warning, never a start.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Budget } from './budget.ts';
import type { Entry } from './entry.ts';
import type { Intake } from './intake.ts';
import type { CacheSettings } from './settings.ts';
import { parseSnapshot, type SnapshotFile, type SnapshotView, snapshotLines } from './snapshot-format.ts';

export interface SnapshotOptions {
  readonly disk: Disk;
  /** An absolute path. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: CacheSettings;
  readonly source: Intake;
  readonly budget: Budget;
}

const FILE = 'cache.snapshot';
const EVERY_MS = 30_000;
/** A large snapshot is written more rarely, so that it takes less than 0.5 % of a core: it costs about 10 ms for each MB. */
const PACE_BYTES_PER_MS = 300;
/** Written anew even if nothing changed: views that are live do not grow old. */
const FRESHEN_MS = 3_600_000;
/** Bytes between two pauses: a few milliseconds of work. */
const SLICE_BYTES = 64 * 1024;

export class Snapshot {
  readonly #options: SnapshotOptions;
  readonly #path: string;
  #timer: Timer | undefined;
  /** Of the content of the file (monotonic). */
  #writtenMs: number | undefined;
  /** No write before this time. */
  #nextMs: number;
  /** What is being loaded is no news. */
  #isLoading = false;
  #hasChanged = false;
  #isStopped = false;
  #hasFailed = false;
  #writing: Promise<void> | undefined;

  constructor(options: SnapshotOptions) {
    this.#options = options;
    this.#path = `${options.folder}/${FILE}`;
    this.#nextMs = options.clock.nowMs() + EVERY_MS;
  }

  /** Since the content of the file; `undefined` if there is none. */
  get ageMs(): number | undefined {
    return this.#writtenMs === undefined ? undefined : Math.max(this.#options.clock.nowMs() - this.#writtenMs, 0);
  }

  /** Something is other than in the file. */
  changed(): void {
    if (this.#hasChanged || this.#isStopped || this.#isLoading) return;
    this.#hasChanged = true;
    if (this.#writing === undefined) this.#schedule();
  }

  /** Takes in what the last run held. Never throws. */
  async load(): Promise<void> {
    const { disk, logger } = this.#options;
    this.#isLoading = true;
    try {
      const bytes = await disk.read(this.#path);
      if (bytes !== undefined) await this.#takeIn(parseSnapshot(bytes));
    } catch (error) {
      logger.warn({ path: this.#path, reason: messageOf(error) }, 'the snapshot of the cache is no good and is ignored');
    } finally {
      this.#isLoading = false;
    }
  }

  /** Writes a last time. Never throws. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#writing;
    await this.#write();
  }

  async #takeIn({ header, views }: SnapshotFile): Promise<void> {
    const { clock, source, settings, logger } = this.#options;
    const wallMs = clock.wallMs();
    const nowMs = clock.nowMs();
    const ageOf = (atMs: number): number => Math.max(wallMs - atMs, 0);
    source.resume(header.lineage, header.seen);
    this.#writtenMs = nowMs - ageOf(header.wallMs);
    let count = 0;
    let sliceBytes = 0;
    for (const { trueMs, ...view } of views) {
      if (ageOf(trueMs) >= settings.maxStaleMs) continue;
      if (!source.restore(view, nowMs - ageOf(trueMs))) break;
      count += 1;
      sliceBytes += view.sizeBytes;
      if (sliceBytes < SLICE_BYTES) continue;
      sliceBytes = 0;
      await clock.pause();
    }
    logger.info({ views: count, ageMs: Math.round(ageOf(header.wallMs)) }, 'the cache begins with what the last run held');
  }

  #schedule(): void {
    const { clock } = this.#options;
    const delayMs = this.#hasChanged ? Math.max(this.#nextMs - clock.nowMs(), 0) : FRESHEN_MS;
    this.#timer?.cancel();
    this.#timer = clock.after(delayMs, () => {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        if (!this.#isStopped) this.#schedule();
      });
    });
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const { clock, logger, source } = this.#options;
    if (source.lineage === '') return;
    this.#hasChanged = false;
    const beganMs = clock.nowMs();
    this.#nextMs = beganMs + EVERY_MS;
    try {
      const sizeBytes = await this.#writeFile();
      this.#writtenMs = beganMs;
      this.#nextMs = beganMs + Math.max(EVERY_MS, sizeBytes / PACE_BYTES_PER_MS);
      if (this.#hasFailed) logger.info({ path: this.#path }, 'the snapshot of the cache can be written again');
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) logger.warn({ path: this.#path, error: messageOf(error) }, 'the snapshot of the cache could not be written');
      this.#hasFailed = true;
      this.#hasChanged = true;
    }
  }

  async #writeFile(): Promise<number> {
    const { disk, folder } = this.#options;
    const temporary = `${this.#path}.tmp`;
    await disk.ensureFolder(folder);
    await disk.remove(temporary);
    const file = await disk.open(temporary);
    try {
      await this.#appendAll(file);
      await file.sync();
    } finally {
      await file.close();
    }
    const { sizeBytes } = file;
    await disk.rename(temporary, this.#path);
    await disk.syncFolder(folder);
    return sizeBytes;
  }

  async #appendAll(file: DiskFile): Promise<void> {
    const { clock, source } = this.#options;
    const header = { lineage: source.lineage, seen: source.seen, wallMs: clock.wallMs() };
    let slice: Buffer[] = [];
    let sliceBytes = 0;
    for (const line of snapshotLines(header, this.#views())) {
      slice.push(line);
      sliceBytes += line.length;
      if (sliceBytes < SLICE_BYTES) continue;
      await file.append(Buffer.concat(slice));
      slice = [];
      sliceBytes = 0;
      await clock.pause();
    }
    await file.append(Buffer.concat(slice));
  }

  /** What is shown, as it is when its turn comes. */
  *#views(): Generator<SnapshotView, void, undefined> {
    for (const entry of this.#options.budget.byWorth()) {
      const view = this.#viewOf(entry);
      if (view !== undefined) yield view;
    }
  }

  /** Nothing of what does not exist: a name that nobody has is not worth a line. */
  #viewOf(entry: Entry): SnapshotView | undefined {
    const { topic, key, view, shown, isNegative, frequency } = entry;
    if (view === undefined || shown === undefined || isNegative) return undefined;
    const { clock } = this.#options;
    const trueMs = Math.max(Math.floor(clock.wallMs() - entry.ageMs(clock.nowMs())), 0);
    const { lineage, sizeBytes } = shown;
    return { topic, key, index: view.index, lineage, sizeBytes, trueMs, looks: frequency, items: view.items };
  }
}
