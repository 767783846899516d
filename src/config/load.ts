/**
 * From files, environment and flags to one configuration. Later wins: default, files in order, environment, flags. Every
 * error names where it was found and what to do. Reads no file itself: the texts are handed in.
 */
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { lineOfFault } from './json-line.ts';
import { environmentName, type OptionDefinition, type OptionValue, valueFromFile, valueFromTexts } from './option.ts';
import { options } from './schema.ts';
import { suggest } from './suggest.ts';

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

export interface ConfigSources {
  readonly files: readonly ConfigFile[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Flag name without dashes to the values given, in order. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/** Values by option; what was not given has its default. */
export class ConfigValues {
  readonly #values: ReadonlyMap<string, OptionValue>;

  constructor(values: ReadonlyMap<string, OptionValue>) {
    this.#values = values;
  }

  get<T extends OptionValue>(option: OptionDefinition<T>): T {
    return (this.#values.get(option.key) as T | undefined) ?? option.default;
  }

  isSet(option: OptionDefinition): boolean {
    return this.#values.has(option.key);
  }
}

/** Throws CONFIG_INVALID with all problems found, a line each. */
export function loadConfig({ files, environment, flags }: ConfigSources): ConfigValues {
  const values = new Map<string, OptionValue>();
  const problems: string[] = [];
  for (const file of files) readFile(file, values, problems);
  for (const option of options) {
    const name = environmentName(option.key);
    const text = environment[name];
    if (text !== undefined) take({ option, where: `environment ${name}` }, valueFromTexts(option.type, [text]), { values, problems });
    const given = option.flag === undefined ? undefined : flags.get(option.flag);
    if (given !== undefined) take({ option, where: `flag -${option.flag}` }, valueFromTexts(option.type, given), { values, problems });
  }
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  return new ConfigValues(values);
}

interface Collected {
  readonly values: Map<string, OptionValue>;
  readonly problems: string[];
}

type Parsed = { readonly value: OptionValue } | { readonly problem: string };

function take({ option, where }: { option: OptionDefinition; where: string }, parsed: Parsed, { values, problems }: Collected): void {
  if ('problem' in parsed) problems.push(`${where}: ${parsed.problem} (for example ${option.example})`);
  else values.set(option.key, combined(values.get(option.key), parsed.value));
}

/** As in Consul, lists grow and maps merge from source to source; everything else is replaced. */
function combined(before: OptionValue | undefined, given: OptionValue): OptionValue {
  if (isList(before) && isList(given)) return [...before, ...given];
  return isMap(before) && isMap(given) ? { ...before, ...given } : given;
}

const isList = (value: OptionValue | undefined): value is readonly string[] => Array.isArray(value);
const isMap = (value: OptionValue | undefined): value is Readonly<Record<string, string>> => typeof value === 'object' && !isList(value);

/** An empty file is an empty configuration; a byte order mark, which some editors write, is no content. */
function readFile({ path, text: given }: ConfigFile, values: Map<string, OptionValue>, problems: string[]): void {
  const text = given.replace(/^\uFEFF/, '');
  if (text.trim() === '') return;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    problems.push(`${path}: line ${lineOfFault(text)}: is not valid JSON: ${withoutContent(messageOf(error))}`);
    return;
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) problems.push(`${path}: must hold one JSON object`);
  else readLevel(content as Record<string, unknown>, '', { path, values, problems });
}

/** Node quotes a part of the file, which may hold secrets and line ends. */
const withoutContent = (message: string): string => message.replace(/, (?:\.\.\.)?".*$/s, '');

/** `null` means unset. */
function readLevel(level: Record<string, unknown>, prefix: string, into: Collected & { readonly path: string }): void {
  for (const [name, given] of Object.entries(level)) {
    if (given === null) continue;
    const key = prefix + name;
    const option = options.find((candidate) => candidate.key === key);
    if (option !== undefined) take({ option, where: `${into.path}: ${key}` }, valueFromFile(option.type, given), into);
    else if (isBlock(key) && typeof given === 'object' && !Array.isArray(given))
      readLevel(given as Record<string, unknown>, `${key}.`, into);
    else into.problems.push(`${into.path}: unknown key "${key}"${suggestKey(key)}`);
  }
}

const isBlock = (key: string): boolean => options.some((option) => option.key.startsWith(`${key}.`));

function suggestKey(key: string): string {
  const known = suggest(
    key,
    options.map((option) => option.key),
  );
  return known === undefined ? '; see docs/reference/config.md for all keys' : `; did you mean "${known}"?`;
}
