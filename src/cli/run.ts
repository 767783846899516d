/** Finds the command, runs it, and turns what it throws into a last line on standard error that says why. */

import { suggest } from '../config/suggest.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { findCommand, parseArguments } from './argv.ts';
import { commandGroups, commands } from './commands.ts';
import type { CliCommand, CliTools } from './define-command.ts';
import { helpText, listText, overviewText } from './help-text.ts';

/** The exit code: 0 fine, 1 failed, 2 not understood. */
export async function runCli(words: readonly string[], tools: CliTools): Promise<number> {
  if (words.length === 0) return show(overviewText(commandGroups), 2, tools);
  if (words[0] === 'help' || isHelpFlag(words[0])) return help(words.slice(1), tools);
  if (['-v', '-version', '--version'].includes(words[0] ?? '')) return runCli(['version'], tools);
  const found = findCommand(commands, words);
  if (found === undefined) return notFound(words, tools);
  const { command, rest } = found;
  if (asksForHelp(rest, command)) return show(helpText(command), 0, tools);
  try {
    return await command.run(parseArguments(command.flags, rest), tools);
  } catch (error) {
    tools.complain(`${failureText(error)}\n`);
    return error instanceof KonsulError && error.code === 'CONFIG_INVALID' ? 2 : 1;
  }
}

const isHelpFlag = (word: string | undefined): boolean => ['-h', '-help', '--help'].includes(word ?? '');

/** Behind the first argument, words are no flags: `konsul lock jobs/x ./job -help` asks the job. */
function asksForHelp(rest: readonly string[], { flags }: CliCommand): boolean {
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (isHelpFlag(word)) return true;
    if (!/^-./.test(word) || word === '--') return false;
    const flag = flags.find(({ name }) => name === word.replace(/^--?/, ''));
    if (flag?.kind === 'value') at += 1;
  }
  return false;
}

/** Texts of Consul begin the line, as scripts expect. */
function failureText(error: unknown): string {
  const text = messageOf(error);
  return text.startsWith('Error!') ? text : `==> ${text}`;
}

/** Of the command that the words name, or of all. */
function help(words: readonly string[], tools: CliTools): number {
  const [first] = words;
  if (first === undefined || first.startsWith('-')) return show(overviewText(commandGroups), 0, tools);
  const found = findCommand(commands, words);
  if (found !== undefined) return show(helpText(found.command), 0, tools);
  const below = commandsBelow(words);
  return below.length > 0 ? show(listText(below), 0, tools) : unknownCommand(words, tools);
}

function notFound(words: readonly string[], tools: CliTools): number {
  const below = commandsBelow(words.filter((word) => !isHelpFlag(word)));
  if (below.length > 0) return show(listText(below), words.some(isHelpFlag) ? 0 : 2, tools);
  return unknownCommand(words, tools);
}

/** `kv get`, `kv put`, … for `kv`. */
const commandsBelow = (words: readonly string[]): readonly CliCommand[] =>
  commands.filter(({ name }) => name.startsWith(`${words.join(' ')} `));

function show(text: string, code: number, tools: CliTools): number {
  tools.print(text);
  return code;
}

/** Words that lead to no command are compared with names of as many words. */
function unknownCommand(words: readonly string[], tools: CliTools): number {
  const [first = ''] = words;
  const isGroup = commandsBelow([first]).length > 0;
  const typed = isGroup ? words.slice(0, 2).join(' ') : first;
  const known = suggest(
    typed.slice(0, MAX_SUGGESTED_CHARS),
    commands.map(({ name }) => (isGroup ? name : (name.split(' ')[0] ?? ''))),
  );
  tools.complain(`==> unknown command "${typed}"${known === undefined ? '' : `; did you mean "${known}"?`} (konsul help lists all)\n`);
  return 2;
}

const MAX_SUGGESTED_CHARS = 64;
