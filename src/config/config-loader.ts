/**
 * Loads the configuration of a program that runs, again and again: a file that is the same as last time costs nothing, and other work
 * goes on between files. Owns what the files of the last load parsed to. Reads no file itself.
 */
import type { Clock } from '../runtime/clock.ts';
import type { ConfigValues } from './config-values.ts';
import { type ConfigFile, type ConfigSources, formatToRead, loadConfig, parseFile } from './load.ts';
import { type ConfigBlock, ConfigSyntaxError } from './tree.ts';

interface Parsed {
  readonly file: ConfigFile;
  readonly outcome: ConfigBlock | ConfigSyntaxError;
}

export class ConfigLoader {
  readonly #clock: Pick<Clock, 'pause'>;
  /** By path. */
  #parsed: ReadonlyMap<string, Parsed> = new Map();

  constructor(clock: Pick<Clock, 'pause'>) {
    this.#clock = clock;
  }

  /** As `loadConfig`. Definitions of an unchanged file are the very same blocks as last time. One load at a time. */
  async load(sources: ConfigSources): Promise<ConfigValues> {
    const parsed = new Map<string, Parsed>();
    for (const file of sources.files) {
      const before = this.#parsed.get(file.path);
      if (before !== undefined && isSame(before.file, file)) parsed.set(file.path, before);
      else {
        parsed.set(file.path, { file, outcome: outcomeOf(file) });
        await this.#clock.pause();
      }
    }
    this.#parsed = parsed;
    return loadConfig(sources, (file) => this.#treeOf(file));
  }

  /** One of two files of the same path is parsed here. */
  #treeOf(file: ConfigFile): ConfigBlock {
    const parsed = this.#parsed.get(file.path);
    const outcome = parsed !== undefined && isSame(parsed.file, file) ? parsed.outcome : outcomeOf(file);
    if (outcome instanceof ConfigSyntaxError) throw outcome;
    return outcome;
  }
}

function outcomeOf(file: ConfigFile): Parsed['outcome'] {
  try {
    return parseFile(file);
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return error;
    throw error;
  }
}

const isSame = (a: ConfigFile, b: ConfigFile): boolean => a.text === b.text && formatToRead(a) === formatToRead(b);
