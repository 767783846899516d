/** The file that holds the process id while the agent serves (`pid_file`). Another process's file is left alone. */
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';

export class PidFile {
  readonly #path: string;
  readonly #text: string;
  readonly #disk: Disk;

  /** '' for no file. */
  constructor(path: string, { pid, disk }: { readonly pid: number; readonly disk: Disk }) {
    this.#path = path;
    this.#text = `${pid}\n`;
    this.#disk = disk;
  }

  /** To be called when nobody else can serve in this process's place. Throws CONFIG_INVALID if the file cannot be written. */
  async write(): Promise<void> {
    if (this.#path === '') return;
    try {
      await this.#disk.remove(this.#path);
      const file = await this.#disk.open(this.#path);
      await file.append(Buffer.from(this.#text)).finally(() => file.close());
    } catch (error) {
      throw new KonsulError('CONFIG_INVALID', `pid_file: cannot write ${this.#path}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Never rejects: a file that stays is better than an end that says something else than why. */
  async remove(): Promise<void> {
    if (this.#path === '') return;
    try {
      const bytes = await this.#disk.read(this.#path);
      if (bytes !== undefined && Buffer.from(bytes).toString() === this.#text) await this.#disk.remove(this.#path);
    } catch {
      // It stays.
    }
  }
}
