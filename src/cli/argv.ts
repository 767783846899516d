/**
 * Command lines as Go programs take them, on top of commander: one dash or two, `-flag=value`, `-bool` and `-bool=false`, repeated
 * flags, and an end at the first argument that is no flag.
 */
import { Command, type CommanderError } from 'commander';
import { suggest } from '../config/suggest.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { CliCommand, CliFlag, CliInput } from './define-command.ts';

/** The command that the words name (the longest name wins) and the words behind its name; `undefined` if none. */
export function findCommand(
  commands: readonly CliCommand[],
  words: readonly string[],
): { command: CliCommand; rest: readonly string[] } | undefined {
  const byLength = [...commands].sort((a, b) => b.name.length - a.name.length);
  for (const command of byLength) {
    const name = command.name.split(' ');
    if (name.every((word, i) => words[i] === word)) return { command, rest: words.slice(name.length) };
  }
  return undefined;
}

/** Flags and arguments of a command. Throws CONFIG_INVALID for an unknown flag or a missing value, with a suggestion. */
export function parseArguments(flags: readonly CliFlag[], words: readonly string[]): CliInput {
  const given = new Map<string, string[]>();
  const parser = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .helpOption(false)
    .passThroughOptions()
    .allowExcessArguments();
  for (const flag of flags) {
    parser.option(`--${flag.name} <value>`, flag.help, (value: string) => {
      const name = flag.into ?? flag.name;
      given.set(name, [...(given.get(name) ?? []), value]);
      return value;
    });
  }
  try {
    parser.parse(normalise(flags, words), { from: 'user' });
  } catch (error) {
    throw new KonsulError('CONFIG_INVALID', explain(error as CommanderError, flags), { cause: error });
  }
  return { flags: given, args: parser.args };
}

/** Every flag before the first argument in the one form that commander is told of: `--name value`. */
function normalise(flags: readonly CliFlag[], words: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word === '--' || !/^-./.test(word)) return [...result, ...words.slice(i)];
    const [, name, , value] = /^--?([^=-][^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) throw new KonsulError('CONFIG_INVALID', `bad flag syntax: ${word}`);
    const flag = flags.find((candidate) => candidate.name === name);
    if (value !== undefined) result.push(`--${name}=${value}`);
    else if (flag?.kind === 'boolean') result.push(`--${name}=true`);
    else if (flag === undefined || i + 1 >= words.length) result.push(`--${name}`);
    else {
      i += 1;
      result.push(`--${name}=${words[i]}`);
    }
  }
  return result;
}

function explain(error: CommanderError, flags: readonly CliFlag[]): string {
  const [, name] = /'--([^' =]+)/.exec(error.message) ?? [];
  if (error.code === 'commander.optionMissingArgument' && name !== undefined) {
    const example = flags.find((flag) => flag.name === name)?.example;
    return `flag -${name}: a value is missing${example === undefined ? '' : ` (for example ${example})`}`;
  }
  if (error.code !== 'commander.unknownOption' || name === undefined) return error.message.replace(/^error: /, '').replaceAll("'--", "'-");
  const known = suggest(
    name,
    flags.map((flag) => flag.name),
  );
  return `unknown flag -${name}${known === undefined ? '' : `; did you mean -${known}?`}`;
}
