/**
 * The log as files that are changed by age and size, as Consul names them: `<path>-<nanoseconds>.log`. Lines are handed over at once
 * and written in order behind; what the disk cannot take in time is dropped and counted, never waited for.
 */
import { basename, dirname, extname, join } from 'node:path';
import type { Clock } from './clock.ts';
import type { Disk, DiskFile } from './disk.ts';
import { messageOf } from './errors.ts';

export interface LogFileOptions {
  readonly disk: Disk;
  readonly clock: Clock;
  /** Absolute: a name that gets the time, or a folder, with `/` at its end, in which files are called `consul`. */
  readonly path: string;
  /** A file is changed before it grows beyond this; 0: no limit. */
  readonly rotateBytes: number;
  /** A file is changed when it is older; 0: no limit. */
  readonly rotateMs: number;
  /** Older files that are kept: 0 all, -1 none. */
  readonly maxFiles: number;
  /** Told once of each kind of trouble, until a write succeeds again: the log itself cannot tell. */
  readonly complain: (text: string) => void;
  /** A line that says how many were lost, in the form of the others. */
  readonly lossLine: (count: number) => string;
}

/** Lines that wait for the disk. */
const MAX_WAITING = 10_000;
const NS_PER_MS = 1_000_000n;

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #folder: string;
  readonly #stem: string;
  readonly #extension: string;
  readonly #waiting: string[] = [];
  #lost = 0;
  #lastComplaint = '';
  #file: DiskFile | undefined;
  #openedMs = 0;
  #lastStamp = 0n;
  #pumping: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: LogFileOptions) {
    const { path } = options;
    this.#options = options;
    const isFolder = path.endsWith('/');
    this.#folder = isFolder ? path : dirname(path);
    this.#extension = (isFolder ? '' : extname(path)) || '.log';
    this.#stem = isFolder ? 'consul' : basename(path, extname(path));
  }

  /** Makes the folder and the first file. Throws the system's error. */
  async open(): Promise<void> {
    await this.#options.disk.ensureFolder(this.#folder);
    await this.#change();
  }

  /** One line, with its end. */
  write(line: string): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
    });
  }

  /** Writes what waits. Lines that come later are not written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pumping;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #pump(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0);
      const lost = this.#lost;
      if (lost > 0) lines.push(this.#options.lossLine(lost));
      this.#lost = 0;
      let written = 0;
      try {
        for (const { chunk, count } of this.#chunks(lines)) {
          await this.#append(chunk);
          written += count;
        }
        this.#lastComplaint = '';
      } catch (error) {
        this.#lost += lost + Math.max(lines.length - written - (lost > 0 ? 1 : 0), 0);
        this.#complain(`the log file cannot be written: ${messageOf(error)}`);
      }
    }
  }

  /** As few pieces as the size limit allows, each with its number of lines; a line is never cut. */
  *#chunks(lines: readonly string[]): Iterable<{ readonly chunk: Buffer; readonly count: number }> {
    const { rotateBytes } = this.#options;
    if (rotateBytes <= 0) return yield { chunk: Buffer.from(lines.join('')), count: lines.length };
    for (const line of lines) yield { chunk: Buffer.from(line), count: 1 };
  }

  async #append(chunk: Buffer): Promise<void> {
    if (this.#isDue(chunk.length)) await this.#change();
    await this.#file?.append(chunk);
  }

  #isDue(moreBytes: number): boolean {
    const { rotateBytes, rotateMs, clock } = this.#options;
    if (this.#file === undefined) return true;
    if (rotateBytes > 0 && this.#file.sizeBytes > 0 && this.#file.sizeBytes + moreBytes > rotateBytes) return true;
    return rotateMs > 0 && clock.nowMs() - this.#openedMs >= rotateMs;
  }

  async #change(): Promise<void> {
    const { disk, clock } = this.#options;
    await this.#file?.close();
    this.#file = undefined;
    this.#openedMs = clock.nowMs();
    this.#file = await disk.open(join(this.#folder, this.#newName()));
    await this.#prune();
  }

  /** Two files of one moment have different names, and later ones sort later. */
  #newName(): string {
    const now = BigInt(Math.floor(this.#options.clock.wallMs())) * NS_PER_MS;
    this.#lastStamp = now > this.#lastStamp ? now : this.#lastStamp + 1n;
    return `${this.#stem}-${this.#lastStamp}${this.#extension}`;
  }

  async #prune(): Promise<void> {
    const { disk, maxFiles } = this.#options;
    if (maxFiles === 0) return;
    const names = (await disk.list(this.#folder)) ?? [];
    const own = names.filter((name) => this.#isOwn(name)).sort();
    const kept = 1 + Math.max(maxFiles, 0);
    for (const name of own.slice(0, -kept)) await disk.remove(join(this.#folder, name));
  }

  #isOwn(name: string): boolean {
    if (!name.startsWith(`${this.#stem}-`) || !name.endsWith(this.#extension)) return false;
    return /^\d{19}$/.test(name.slice(this.#stem.length + 1, -this.#extension.length));
  }

  #complain(text: string): void {
    if (text === this.#lastComplaint) return;
    this.#lastComplaint = text;
    this.#options.complain(text);
  }
}
