/** What one configuration option is, and the short forms in which `options/` writes them down. `schema.ts` lists all of them. */

/** How a value is written, and what it becomes. */
export type OptionType = 'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'strings' | 'pairs';

export type StringPairs = Readonly<Record<string, string>>;

/** Durations are milliseconds. */
export type OptionValue = string | boolean | number | readonly string[] | StringPairs;

export interface OptionDefinition<T extends OptionValue = OptionValue> {
  /** As in files, dots between levels: `ports.http`. */
  readonly key: string;
  readonly type: OptionType;
  /** Durations in milliseconds. */
  readonly default: T;
  /** Without dashes; `undefined`: not on the command line. */
  readonly flag: string | undefined;
  /** Whether a reload applies it. */
  readonly isReloadable: boolean;
  /** Never shown. */
  readonly isSecret: boolean;
  /** One or two sentences: what it does, unit, what zero means. */
  readonly help: string;
  /** A value as a file gives it: the text of a duration, not its milliseconds. */
  readonly example: OptionValue;
  /** Why setting it changes nothing here, and what happens instead; `undefined`: it has an effect. */
  readonly noEffect: string | undefined;
  /** Its name in Consul's `DebugConfig`, dots between levels; `undefined`: Konsul's own, shown by its key. */
  readonly shownAs: string | undefined;
  /** What is wrong with a value of the right type: `must be …`; `undefined`: nothing. */
  problem(value: T): string | undefined;
}

export type TextOption = OptionDefinition<string>;
export type BooleanOption = OptionDefinition<boolean>;
/** An integer, a number, or a duration in milliseconds. */
export type NumberOption = OptionDefinition<number>;
export type StringsOption = OptionDefinition<readonly string[]>;
export type PairsOption = OptionDefinition<StringPairs>;

/** What an entry says beside key and type; what it leaves out is `false` or absent. */
type Given<T extends OptionValue> = Pick<OptionDefinition<T>, 'default' | 'help' | 'example'> &
  Partial<Omit<OptionDefinition<T>, 'key' | 'type' | 'default' | 'help' | 'example'>>;

const ABSENT = {
  flag: undefined,
  isReloadable: false,
  isSecret: false,
  noEffect: undefined,
  shownAs: undefined,
  problem: () => undefined,
} as const;

const define = <T extends OptionValue>(key: string, type: OptionType, given: Given<T>): OptionDefinition<T> =>
  Object.freeze({ ...ABSENT, key, type, ...given });

export const text = (key: string, given: Given<string>): TextOption => define(key, 'string', given);
export const bool = (key: string, given: Given<boolean>): BooleanOption => define(key, 'boolean', given);
export const integer = (key: string, given: Given<number>): NumberOption => define(key, 'integer', given);
export const number = (key: string, given: Given<number>): NumberOption => define(key, 'number', given);
/** `default` in milliseconds, `example` as a text. */
export const duration = (key: string, given: Given<number>): NumberOption => define(key, 'duration', given);
export const strings = (key: string, given: Given<readonly string[]>): StringsOption => define(key, 'strings', given);
export const pairs = (key: string, given: Given<StringPairs>): PairsOption => define(key, 'pairs', given);

/** The environment variable of an option: `KONSUL_PORTS_HTTP`. */
export const environmentName = (key: string): string => `KONSUL_${key.replaceAll('.', '_').toUpperCase()}`;
