/** The configuration of `konsul agent`: read at the start, and again at each reload, from the same flags and environment. */

import { thisMachine } from '../assembly/machine.ts';
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { ConfigLoader } from '../config/config-loader.ts';
import type { ConfigFile } from '../config/load.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { configFilesOf } from './config-files.ts';

export interface ConfigSourceOptions {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly disk: Disk;
  readonly clock: Clock;
}

export class ConfigSource {
  readonly #options: ConfigSourceOptions;
  readonly #loader: ConfigLoader;
  #files: readonly ConfigFile[] = [];
  /** At the last look. */
  #seen: readonly ConfigFile[] | undefined;

  constructor(options: ConfigSourceOptions) {
    this.#options = options;
    this.#loader = new ConfigLoader(options.clock);
  }

  /** Reads everything. Throws CONFIG_INVALID with all problems, a line each. */
  async read(): Promise<AgentConfig> {
    const { flags, environment, disk } = this.#options;
    const { files, warnings } = await configFilesOf(flags, disk);
    this.#files = files;
    const config = agentConfig(await this.#loader.load({ files, environment, flags }), thisMachine());
    return { ...config, warnings: [...warnings, ...config.warnings] };
  }

  /**
   * Looks at the files again. `changed`: they are others than at the last `read`, even if that failed, and the same as at the look before,
   * so that nobody is still writing them. Throws what keeps them from being read.
   */
  async look(): Promise<'same' | 'changing' | 'changed'> {
    const { flags, disk } = this.#options;
    const { files } = await configFilesOf(flags, disk);
    const before = this.#seen;
    this.#seen = files;
    if (isSame(files, this.#files)) return 'same';
    return before !== undefined && isSame(files, before) ? 'changed' : 'changing';
  }
}

const isSame = (files: readonly ConfigFile[], before: readonly ConfigFile[]): boolean =>
  files.length === before.length && files.every(({ path, text }, n) => path === before[n]?.path && text === before[n]?.text);
