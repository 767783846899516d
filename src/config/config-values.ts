/** What all sources of a configuration say together, and where each of it was said. Made by `load.ts`, not changed afterwards. */
import type { Definition } from './definition.ts';
import type { OptionDefinition, OptionValue } from './option.ts';

/** A value and where it was found: `a.hcl:3: ports.http`, `flag -http-port`, `environment KONSUL_PORTS_HTTP`. */
export interface FoundValue {
  readonly value: OptionValue;
  readonly where: string;
}

export class ConfigValues {
  /** Services, checks and watches of the files, raw, in their order. */
  readonly definitions: readonly Definition[];
  /** What is taken and may surprise, a line each, with its place: old names, keys without effect, unknown variables. */
  readonly warnings: readonly string[];
  readonly #found: ReadonlyMap<string, FoundValue>;

  constructor(given: {
    readonly found: ReadonlyMap<string, FoundValue>;
    readonly definitions: readonly Definition[];
    readonly warnings: readonly string[];
  }) {
    this.#found = given.found;
    this.definitions = given.definitions;
    this.warnings = given.warnings;
  }

  /** The same with other values for some options that were given. */
  with(others: ReadonlyMap<OptionDefinition, OptionValue>): ConfigValues {
    const found = new Map(this.#found);
    for (const [option, value] of others) found.set(option.key, { value, where: this.where(option) });
    return new ConfigValues({ found, definitions: this.definitions, warnings: this.warnings });
  }

  /** The same with what `next` says, or does not say, of the options that `isTaken` picks; its definitions and warnings too. */
  overlaid(next: ConfigValues, isTaken: (key: string) => boolean): ConfigValues {
    const kept = [...this.#found].filter(([key]) => !isTaken(key));
    const taken = [...next.#found].filter(([key]) => isTaken(key));
    return new ConfigValues({ found: new Map([...kept, ...taken]), definitions: next.definitions, warnings: next.warnings });
  }

  /** The value, or the default if it was not given. */
  get<T extends OptionValue>(option: OptionDefinition<T>): T {
    return (this.#found.get(option.key)?.value as T | undefined) ?? option.default;
  }

  isSet(option: OptionDefinition): boolean {
    return this.#found.has(option.key);
  }

  /** Where it was given last; its key if it was not. Begins a problem: `a.hcl:3: ports.http`. */
  where(option: OptionDefinition): string {
    return this.#found.get(option.key)?.where ?? option.key;
  }
}
