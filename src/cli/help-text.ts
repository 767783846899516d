/** What `konsul help` shows: all commands in groups, those of one noun, or one with its flags and examples. Pure. */
import { KONSUL_VERSION } from '../model/version.ts';
import type { CommandGroup } from './commands.ts';
import type { CliCommand, CliFlag } from './define-command.ts';

const HINT = 'konsul help <command> shows its flags and examples.\n';

/** All commands, in their groups. */
export function overviewText(groups: readonly CommandGroup[]): string {
  const width = nameWidth(groups.flatMap(({ commands }) => commands));
  const blocks = groups.map(({ title, commands }) => `${title}:\n${lines(commands, width)}\n`);
  return `Konsul ${KONSUL_VERSION}\n\nUsage: konsul <command> [flags] [arguments]\n\n${blocks.join('\n')}\n${HINT}`;
}

/** The commands of one noun. */
export const listText = (commands: readonly CliCommand[]): string => `Commands:\n${lines(commands, nameWidth(commands))}\n\n${HINT}`;

/** Everything about one command. */
export function helpText({ name, usage, summary, flags, examples }: CliCommand): string {
  const synopsis = [`konsul ${name}`, ...(flags.length === 0 ? [] : ['[flags]']), ...(usage === undefined ? [] : [usage])].join(' ');
  const shown = flags.length === 0 ? '' : `Flags:\n${flagLines(flags)}\n\n`;
  return `Usage: ${synopsis}\n\n${summary}\n\n${shown}Examples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`;
}

const nameWidth = (items: readonly { readonly name: string }[]): number => Math.max(0, ...items.map(({ name }) => name.length));

const lines = (commands: readonly CliCommand[], width: number): string =>
  commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');

function flagLines(flags: readonly CliFlag[]): string {
  const width = nameWidth(flags);
  return flags.map(({ name, help }) => `  -${name.padEnd(width)}  ${help}`).join('\n');
}
