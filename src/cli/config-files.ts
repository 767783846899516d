/** The files of the configuration: finds and reads what `-config-file` and `-config-dir` name, in the order of the command line. */
import { join, resolve } from 'node:path';
import type { ConfigFormat } from '../config/config-text.ts';
import { CONFIG_FILE_FLAG, CONFIG_FORMAT_FLAG } from '../config/flags.ts';
import { type ConfigFile, formatOf } from '../config/load.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';

export interface ReadFiles {
  readonly files: readonly ConfigFile[];
  /** What was left out, a line each. */
  readonly warnings: readonly string[];
}

/** The files that the flags of `konsul agent` name. Throws CONFIG_INVALID with all that cannot be read. */
export const configFilesOf = (flags: ReadonlyMap<string, readonly string[]>, disk: Disk): Promise<ReadFiles> =>
  readConfigFiles(flags.get(CONFIG_FILE_FLAG) ?? [], { format: flags.get(CONFIG_FORMAT_FLAG)?.at(-1), disk });

/**
 * Files, and the files in folders, by name and not deeper. In a folder only names that end in a known format are read, unless `format`
 * says what all are. Throws CONFIG_INVALID with all that cannot be read.
 */
export async function readConfigFiles(
  paths: readonly string[],
  { format, disk }: { readonly format: string | undefined; readonly disk: Disk },
): Promise<ReadFiles> {
  const reader = new ConfigFileReader(disk, knownFormat(format));
  for (const path of paths) await reader.readPath(path);
  if (reader.problems.length > 0) throw new KonsulError('CONFIG_INVALID', reader.problems.join('\n'));
  return reader;
}

function knownFormat(format: string | undefined): ConfigFormat | undefined {
  if (format === undefined || format === 'hcl' || format === 'json' || format === 'yaml') return format;
  throw new KonsulError('CONFIG_INVALID', `flag -${CONFIG_FORMAT_FLAG}: must be hcl, json or yaml, not ${JSON.stringify(format)}`);
}

class ConfigFileReader implements ReadFiles {
  readonly files: ConfigFile[] = [];
  readonly warnings: string[] = [];
  readonly problems: string[] = [];
  readonly #disk: Disk;
  readonly #format: ConfigFormat | undefined;

  constructor(disk: Disk, format: ConfigFormat | undefined) {
    this.#disk = disk;
    this.#format = format;
  }

  async readPath(path: string): Promise<void> {
    const names = await this.#attempt(path, () => this.#disk.list(resolve(path)));
    if (names === 'failed') return;
    if (names === undefined) await this.#readFile(path);
    else for (const name of names) await this.#readInFolder(join(path, name));
  }

  async #readInFolder(path: string): Promise<void> {
    if (this.#format !== undefined || formatOf(path) !== undefined) await this.#readFile(path, 'may be gone');
    else this.warnings.push(`${path}: skipped, since its name does not end in .json, .hcl, .yaml or .yml`);
  }

  /** A file of a folder may go between the look at the folder and the look at the file. */
  async #readFile(path: string, absence: 'is a problem' | 'may be gone' = 'is a problem'): Promise<void> {
    const format = this.#format ?? formatOf(path);
    const bytes = await this.#attempt(path, () => this.#disk.read(resolve(path)));
    if (bytes === 'failed') return;
    if (bytes === undefined && absence === 'may be gone') return;
    if (bytes === undefined) this.problems.push(`${path}: there is no such file or folder`);
    else if (format !== undefined) this.files.push({ path, format, text: Buffer.from(bytes).toString() });
    else this.problems.push(`${path}: its name must end in .json, .hcl, .yaml or .yml; or say what it is with -${CONFIG_FORMAT_FLAG}`);
  }

  async #attempt<T>(path: string, read: () => Promise<T>): Promise<T | 'failed'> {
    try {
      return await read();
    } catch (error) {
      this.problems.push(`${path}: cannot be read: ${messageOf(error)}`);
      return 'failed';
    }
  }
}
