/** What the readers of files, environment and flags find, gathered: values merged as Consul merges them, problems and warnings bounded. */
import { isDeepStrictEqual } from 'node:util';
import { ConfigValues, type FoundValue } from './config-values.ts';
import type { Definition } from './definition.ts';
import type { OptionDefinition, OptionValue } from './option.ts';
import { exampleOf } from './option-example.ts';
import type { ReadValue } from './option-value.ts';
import { MAX_TOLD, ProblemList } from './problem-list.ts';
import { options } from './schema.ts';

const MAX_KEYS_SHOWN = 8;

export class Collected {
  readonly definitions: Definition[] = [];
  readonly #problems = new ProblemList();
  readonly #warnings: string[] = [];
  readonly #found = new Map<string, FoundValue>();
  /** What happens instead → the keys that have no effect, and where the first was found. */
  readonly #ineffective = new Map<string, { readonly where: string; readonly keys: Set<string> }>();

  /** Lists of flags and of the environment come before those of files, as in Consul; all else replaces what was there, pair by pair. */
  take(option: OptionDefinition, read: ReadValue, found: { readonly where: string; readonly isListFirst?: boolean }): void {
    const { where, isListFirst = false } = found;
    if ('problem' in read) this.report(`${where}: ${read.problem} (for example ${exampleOf(option)})`);
    else this.#found.set(option.key, { where, value: merged(this.#found.get(option.key)?.value, read.value, isListFirst) });
  }

  /** What is wrong, with its place; a function is asked only if it will be told. */
  report(problem: string | (() => string)): void {
    this.#problems.add(problem);
  }

  /** A line each; see `ProblemList`. */
  get problems(): readonly string[] {
    return this.#problems.lines;
  }

  /** What is taken and may surprise, with its place. */
  warn(warning: string): void {
    if (this.#warnings.length < MAX_TOLD) this.#warnings.push(warning);
  }

  /** `key` was set and changes nothing. */
  ignore(key: string, instead: string, where: string): void {
    const group = this.#ineffective.get(instead) ?? { where, keys: new Set<string>() };
    group.keys.add(key);
    this.#ineffective.set(instead, group);
  }

  /** To be asked once, when all sources are read. */
  values(): ConfigValues {
    for (const option of options) this.#ignoreIfIneffective(option);
    const warnings = [...this.#warnings, ...[...this.#ineffective].map(ineffectiveText)];
    return new ConfigValues({ found: this.#found, definitions: this.definitions, warnings });
  }

  /** Set to what holds in any case, it needs no warning. */
  #ignoreIfIneffective({ key, noEffect, default: preset }: OptionDefinition): void {
    const found = this.#found.get(key);
    if (noEffect !== undefined && found !== undefined && !isDeepStrictEqual(found.value, preset)) this.ignore(key, noEffect, found.where);
  }
}

function ineffectiveText([instead, { where, keys }]: [string, { readonly where: string; readonly keys: ReadonlySet<string> }]): string {
  const [first = '', ...others] = keys;
  const shown = others.slice(0, MAX_KEYS_SHOWN - 1).join(', ');
  const more = others.length >= MAX_KEYS_SHOWN ? ` and ${others.length - MAX_KEYS_SHOWN + 1} more` : '';
  const place = where.endsWith(first) ? where : `${where} (${first})`;
  return `${place}${shown && `, also ${shown}${more},`} has no effect: ${instead}`;
}

function merged(before: OptionValue | undefined, given: OptionValue, isListFirst: boolean): OptionValue {
  if (isList(before) && isList(given)) return isListFirst ? [...given, ...before] : [...before, ...given];
  return isMap(before) && isMap(given) ? { ...before, ...given } : given;
}

const isList = (value: OptionValue | undefined): value is readonly string[] => Array.isArray(value);
const isMap = (value: OptionValue | undefined): value is Readonly<Record<string, string>> => typeof value === 'object' && !isList(value);
