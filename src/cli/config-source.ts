/** The configuration of `konsul agent`: read at the start, and again at each reload, from the same flags and environment. */
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { type ConfigFile, loadConfig } from '../config/load.ts';
import type { Disk } from '../runtime/disk.ts';
import { thisMachine } from '../server/machine.ts';
import { configFilesOf } from './config-files.ts';

export interface ConfigSourceOptions {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly disk: Disk;
}

export class ConfigSource {
  readonly #options: ConfigSourceOptions;
  #files: readonly ConfigFile[] = [];

  constructor(options: ConfigSourceOptions) {
    this.#options = options;
  }

  /** Reads everything. Throws CONFIG_INVALID with all problems, a line each. */
  async read(): Promise<AgentConfig> {
    const { flags, environment, disk } = this.#options;
    const { files, warnings } = await configFilesOf(flags, disk);
    this.#files = files;
    const config = agentConfig(loadConfig({ files, environment, flags }), thisMachine());
    return { ...config, warnings: [...warnings, ...config.warnings] };
  }

  /** Whether the files are others than at the last `read`, even if that failed. False while they cannot be read. */
  async hasChanged(): Promise<boolean> {
    const { flags, disk } = this.#options;
    const read = await configFilesOf(flags, disk).catch(() => undefined);
    return read !== undefined && !isSame(read.files, this.#files);
  }
}

const isSame = (files: readonly ConfigFile[], before: readonly ConfigFile[]): boolean =>
  files.length === before.length && files.every(({ path, text }, n) => path === before[n]?.path && text === before[n]?.text);
