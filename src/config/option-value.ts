/** From what a file, a flag or the environment says to the value of an option, or to what is wrong with it. */
import { parseDurationMs } from '../model/duration.ts';
import type { OptionDefinition, OptionType, OptionValue } from './option.ts';
import { asBlock, asList, asSingle, type ConfigTree } from './tree.ts';

/** `problem` completes the sentence "this option …", and never quotes a secret. */
export type ReadValue = { readonly value: OptionValue } | { readonly problem: string };

const EXPECTED: Readonly<Record<OptionType, string>> = {
  string: 'a string',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  duration: 'a duration such as "10s"',
  strings: 'a list of strings',
  pairs: 'a block of strings',
};

const MAX_QUOTED_CHARS = 60;

/** A value in a file. The only item of a list stands for the list, as in Consul; `null` must have been left out before. */
export function valueFromTree(option: OptionDefinition, tree: ConfigTree): ReadValue {
  const value = typedValue(option.type, tree);
  return value === undefined ? refusal(option, described(tree)) : judged(option, value);
}

/** A value given on the command line; several if the flag was repeated. The last one holds, but lists and pairs take all. */
export function valueFromFlag(option: OptionDefinition, given: readonly string[]): ReadValue {
  if (option.type === 'strings') return judged(option, given);
  if (option.type === 'pairs') return judged(option, Object.fromEntries(given.map(pairOf)));
  const text = given.at(-1) ?? '';
  const value = scalarFromText(option.type, text);
  return value === undefined ? refusal(option, quoted(text)) : judged(option, value);
}

/** A value in the environment, where lists and pairs are JSON or separated by commas: `a,b`, `["a","b"]`, `k:v,l:w`, `{"k":"v"}`. */
export function valueFromEnvironment(option: OptionDefinition, text: string): ReadValue {
  if (option.type !== 'strings' && option.type !== 'pairs') return valueFromFlag(option, [text]);
  if (/^\s*[[{]/.test(text)) return fromJson(option, text);
  return valueFromFlag(option, text === '' ? [] : text.split(',').map((part) => part.trim()));
}

function fromJson(option: OptionDefinition, text: string): ReadValue {
  try {
    const value: unknown = JSON.parse(text);
    const fits = option.type === 'strings' ? isStrings(value) : isPairs(value);
    return fits ? judged(option, value as OptionValue) : refusal(option, 'other JSON');
  } catch {
    return refusal(option, 'broken JSON');
  }
}

const isStrings = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

const isPairs = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && isStrings(Object.values(value));

function judged(option: OptionDefinition, value: OptionValue): ReadValue {
  const problem = option.problem(value);
  return problem === undefined ? { value } : { problem };
}

const refusal = (option: OptionDefinition, given: string): ReadValue => ({
  problem: `must be ${EXPECTED[option.type]}${option.isSecret ? '' : `, not ${given}`}`,
});

function typedValue(type: OptionType, tree: ConfigTree): OptionValue | undefined {
  if (type === 'strings') return strings(tree);
  if (type === 'pairs') return pairs(tree);
  const single = asSingle(tree);
  if (single.kind !== 'scalar') return undefined;
  const { value } = single;
  if (typeof value === 'string') return type === 'string' || type === 'duration' ? scalarFromText(type, value) : undefined;
  if (typeof value === 'boolean') return type === 'boolean' ? value : undefined;
  return typeof value === 'number' && isNumberFor(type, value) ? value : undefined;
}

const isNumberFor = (type: OptionType, value: number): boolean =>
  (type === 'integer' && Number.isSafeInteger(value)) || (type === 'number' && Number.isFinite(value));

function strings(tree: ConfigTree): readonly string[] | undefined {
  const items = asList(tree).map(stringIn);
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** Names keep their case; each stands once in a block. */
function pairs(tree: ConfigTree): OptionValue | undefined {
  const members = asBlock(tree)?.members.map(({ name, value }) => [name, stringIn(value)] as const);
  return members?.every(([, value]) => value !== undefined) ? (Object.fromEntries(members) as Record<string, string>) : undefined;
}

function stringIn(tree: ConfigTree): string | undefined {
  const single = asSingle(tree);
  return single.kind === 'scalar' && typeof single.value === 'string' ? single.value : undefined;
}

/** `undefined`: the text is no value of the type. A negative duration is none: nothing here lasts so. */
function scalarFromText(type: OptionType, text: string): OptionValue | undefined {
  switch (type) {
    case 'boolean':
      return booleanOf(text);
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
    case 'duration': {
      const ms = parseDurationMs(text);
      return ms === undefined || ms < 0 ? undefined : ms;
    }
    default:
      return text;
  }
}

function booleanOf(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** `key:value`; a key alone has the value ''. */
function pairOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function described(tree: ConfigTree): string {
  if (tree.kind === 'list') return tree.items.length === 1 ? described(asSingle(tree)) : `a list of ${tree.items.length}`;
  return tree.kind === 'block' ? 'a block' : quoted(tree.value);
}

const quoted = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > MAX_QUOTED_CHARS ? `${text.slice(0, MAX_QUOTED_CHARS)}…` : text;
};
