/**
 * The append-only log of the local state on a `Disk`. Appends that arrive while one is being synced share the next sync. A failed write
 * or sync poisons the log: what the device holds is then unknown, so everything is refused until the log is opened anew.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type Journal, journalClosed } from './journal.ts';
import { writeLogFile } from './log-file.ts';
import { frameRecord, parseLog } from './log-format.ts';

export interface FileLogOptions {
  readonly disk: Disk;
  /** Absolute. A second file, named the same plus `.new`, is used while compacting. */
  readonly path: string;
  readonly logger: Logger;
  /** Called once, with the records found, before anything can be appended. */
  readonly restore: (payloads: readonly Uint8Array[]) => void;
  /** The records that make the present state: what a compacted log holds. Read piece by piece, while other work goes on. */
  readonly snapshot: () => Iterable<Uint8Array>;
  /** How many records that are, about. */
  readonly liveRecords: () => number;
  /** No log is compacted below this size. Default 1 MiB. */
  readonly compactMinBytes?: number;
}

interface Waiting {
  readonly frames: readonly Buffer[];
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const DEFAULT_COMPACT_MIN_BYTES = 1024 * 1024;

export class FileLog implements Journal {
  readonly #options: FileLogOptions;
  #file: DiskFile;
  /** Size right after the last compaction; 0 if there was none since the start. */
  #compactedBytes = 0;
  #records: number;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #refusal: KonsulError | undefined;

  private constructor(options: FileLogOptions, file: DiskFile, records: number) {
    this.#options = options;
    this.#file = file;
    this.#records = records;
  }

  /**
   * Opens the log, or begins one; hands its longest good prefix to `restore` and cuts the rest off. Throws STORE_UNREADABLE for a newer
   * format or another program's file, STORE_FAILED when the disk refuses.
   */
  static async open(options: FileLogOptions): Promise<FileLog> {
    try {
      return await openLog(options, (file, records) => new FileLog(options, file, records));
    } catch (error) {
      if (error instanceof KonsulError) throw error;
      throw failed(error);
    }
  }

  append(payloads: readonly Uint8Array[], apply: () => void): Promise<void> {
    const refusal = this.#refusal;
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frames: payloads.map(frameRecord), apply, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    this.#refusal ??= journalClosed();
    await this.#draining;
    await this.#file.close().catch(() => {});
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      if (await this.#write(batch)) for (const waiting of batch) settle(waiting);
      if (this.#isMostlyGarbage()) await this.#compact();
    }
    this.#draining = undefined;
  }

  /** False, with everything that waits refused, if the disk failed. */
  async #write(batch: readonly Waiting[]): Promise<boolean> {
    try {
      const frames = batch.flatMap((waiting) => waiting.frames);
      await this.#file.append(Buffer.concat(frames));
      await this.#file.sync();
      this.#records += frames.length;
      return true;
    } catch (error) {
      const refusal = this.#poison(error);
      for (const waiting of batch) waiting.reject(refusal);
      return false;
    }
  }

  /** The log has doubled since it held nothing but the state, and not because the state grew. */
  #isMostlyGarbage(): boolean {
    const minBytes = Math.max(this.#options.compactMinBytes ?? DEFAULT_COMPACT_MIN_BYTES, 2 * this.#compactedBytes);
    const hasDoubled = this.#file.sizeBytes > minBytes && this.#records > 2 * this.#options.liveRecords();
    return this.#refusal === undefined && hasDoubled;
  }

  /** A failure before the rename leaves the old log as it is: then it goes on growing, and the next try is made at twice the size. */
  async #compact(): Promise<void> {
    const { disk, path, logger } = this.#options;
    try {
      this.#records = await writeLogFile(disk, newPath(path), this.#options.snapshot());
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'local log was not compacted');
      this.#compactedBytes = this.#file.sizeBytes;
      return;
    }
    await this.#replaceFile().catch((error: unknown) => this.#poison(error));
  }

  /** From the rename on, the old file must not be written any more: a failure here poisons. */
  async #replaceFile(): Promise<void> {
    const { disk, path } = this.#options;
    const old = this.#file;
    await disk.rename(newPath(path), path);
    await disk.syncFolder(dirname(path));
    this.#file = await disk.open(path);
    this.#compactedBytes = this.#file.sizeBytes;
    await old.close().catch(() => {});
  }

  /** Refuses what waits, and all that comes. */
  #poison(error: unknown): KonsulError {
    const { path, logger } = this.#options;
    const refusal = failed(error);
    this.#refusal = refusal;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(refusal);
    logger.error({ path, error: messageOf(error) }, 'local log failed: registrations are refused until a restart');
    return refusal;
  }
}

async function openLog(options: FileLogOptions, create: (file: DiskFile, records: number) => FileLog): Promise<FileLog> {
  const { disk, path, logger } = options;
  await disk.ensureFolder(dirname(path));
  const bytes = (await disk.read(path)) ?? new Uint8Array();
  const { payloads, goodBytes } = parseLog(bytes);
  options.restore(payloads);
  if (goodBytes === 0) {
    await writeLogFile(disk, newPath(path), []);
    await disk.rename(newPath(path), path);
    await disk.syncFolder(dirname(path));
  }
  const file = await disk.open(path);
  await makeGood(file, goodBytes).catch(async (error: unknown) => {
    await file.close().catch(() => {});
    throw error;
  });
  if (goodBytes < bytes.length) logger.warn({ path, lostBytes: bytes.length - goodBytes }, 'local log was damaged: its end was cut off');
  return create(file, payloads.length);
}

/** What was read may be in memory only, left there by a process that died before its sync: it counts from here on, so it is synced. */
async function makeGood(file: DiskFile, goodBytes: number): Promise<void> {
  if (goodBytes > 0 && goodBytes < file.sizeBytes) await file.truncate(goodBytes);
  await file.sync();
}

function settle(waiting: Waiting): void {
  try {
    waiting.apply();
    waiting.resolve();
  } catch (error) {
    waiting.reject(error);
  }
}

const newPath = (path: string): string => `${path}.new`;

const failed = (error: unknown): KonsulError =>
  new KonsulError('STORE_FAILED', `The local log cannot be written: ${messageOf(error)}`, { cause: error });
