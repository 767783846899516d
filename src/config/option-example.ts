/** How the example of an option is written: on the command line if it has a flag, else in a file. For problems, help and the reference. */
import type { OptionDefinition, OptionValue } from './option.ts';

/** `-http-port=8500`, or `store { engine = "lmdb" }`. */
export const exampleOf = (option: OptionDefinition): string =>
  option.flag === undefined ? hclExample(option) : flagExample(option).map(shellWord).join(' ');

/** The words of a command line that sets an option to its example; empty if it has no flag. */
export function flagExample({ flag, example }: OptionDefinition): readonly string[] {
  if (flag === undefined) return [];
  if (example === true) return [`-${flag}`];
  if (isList(example)) return example.map((item) => `-${flag}=${item}`);
  if (typeof example === 'object') return Object.entries(example).map(([key, value]) => `-${flag}=${key}:${value}`);
  return [`-${flag}=${example}`];
}

/** A piece of HCL that sets an option to its example, on one line. */
export function hclExample({ key, example }: OptionDefinition): string {
  const names = key.split('.');
  const last = names.pop() ?? key;
  const assignment = isList(example) || typeof example !== 'object' ? `${last} = ${hclValue(example)}` : `${last} ${hclValue(example)}`;
  return names.reduceRight((inner, name) => `${name} { ${inner} }`, assignment);
}

function hclValue(value: OptionValue): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, text]) => `${JSON.stringify(key)} = ${JSON.stringify(text)}`)
    .join(', ')} }`;
}

const isList = (value: OptionValue): value is readonly string[] => Array.isArray(value);

/** Quoted where a shell would take it apart. */
const shellWord = (word: string): string => (/[\s*"']/.test(word) ? word.replace(/=(.*)$/s, (_, value) => `="${value}"`) : word);
