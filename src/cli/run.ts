/** Finds the command, runs it, and turns what it throws into a last line on standard error that says why. */

import { suggest } from '../config/suggest.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { findCommand, parseArguments } from './argv.ts';
import { commands } from './commands.ts';
import type { CliCommand, CliTools } from './define-command.ts';

/** The exit code: 0 fine, 1 failed, 2 not understood. */
export async function runCli(words: readonly string[], tools: CliTools): Promise<number> {
  if (words.length === 0) return showOverview(2, tools);
  if (words[0] === 'help' || isHelpFlag(words[0])) return help(words.slice(1), tools);
  if (['-v', '-version', '--version'].includes(words[0] ?? '')) return runCli(['version'], tools);
  const found = findCommand(commands, words);
  if (found === undefined) return unknownCommand(words[0] ?? '', tools);
  if (found.rest.some(isHelpFlag)) return showHelp(found.command, tools);
  try {
    return await found.command.run(parseArguments(found.command.flags, found.rest), tools);
  } catch (error) {
    tools.complain(`==> ${messageOf(error)}\n`);
    return error instanceof KonsulError && error.code === 'CONFIG_INVALID' ? 2 : 1;
  }
}

const isHelpFlag = (word: string | undefined): boolean => ['-h', '-help', '--help'].includes(word ?? '');

/** Of the command that the words name, or of all. */
function help(words: readonly string[], tools: CliTools): number {
  const [first] = words;
  if (first === undefined || first.startsWith('-')) return showOverview(0, tools);
  const found = findCommand(commands, words);
  return found === undefined ? unknownCommand(first, tools) : showHelp(found.command, tools);
}

function showOverview(code: number, tools: CliTools): number {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  tools.print(
    `Konsul ${KONSUL_VERSION}\n\nUsage: konsul <command> [flags]\n\nCommands:\n${lines.join('\n')}\n\nkonsul help <command> shows its flags.\n`,
  );
  return code;
}

function showHelp(command: CliCommand, tools: CliTools): number {
  const width = Math.max(0, ...command.flags.map((flag) => flag.name.length));
  const flags = command.flags.map((flag) => `  -${flag.name.padEnd(width)}  ${flag.help}`);
  const examples = command.examples.map((example) => `  ${example}`);
  tools.print(
    `Usage: konsul ${command.name} [flags]\n\n${command.summary}\n\nFlags:\n${flags.join('\n')}\n\nExamples:\n${examples.join('\n')}\n`,
  );
  return 0;
}

function unknownCommand(word: string, tools: CliTools): number {
  const known = suggest(
    word,
    commands.map((command) => command.name),
  );
  tools.complain(`==> unknown command "${word}"${known === undefined ? '' : `; did you mean "${known}"?`} (konsul help lists all)\n`);
  return 2;
}
