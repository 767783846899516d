/** docs/reference/commands.md, from the list of commands in `src/cli/`. The flags of `konsul agent` are options: config.md has them. */
import { clientFlags } from '../../src/cli/client-flags.ts';
import type { CommandGroup } from '../../src/cli/commands.ts';
import type { CliCommand, CliFlag } from '../../src/cli/define-command.ts';
import { code, table } from './page.ts';

const HEAD: readonly string[] = ['Flag', 'What it does'];

/** One section per command, in the groups of `konsul help`; what all clients have in common comes first, once. */
export function renderCommands(groups: readonly CommandGroup[]): string {
  const common = `## Flags of every command that asks an agent\n\n${flagTable(clientFlags)}`;
  const sections = groups.map(({ title, commands }) => `## ${title}\n\n${commands.map(sectionOf).join('\n\n')}`);
  return [common, ...sections].join('\n\n');
}

function sectionOf({ name, usage, summary, flags, examples }: CliCommand): string {
  const own = flags.filter((flag) => !clientFlags.includes(flag));
  const parts = [
    `### ${name}`,
    summary,
    `\`konsul ${[name, ...(flags.length === 0 ? [] : ['[flags]']), ...(usage === undefined ? [] : [usage])].join(' ')}\``,
    name === 'agent' ? 'Its flags are those of [the configuration](config.md).' : own.length === 0 ? '' : flagTable(own),
    sharedOf(flags),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** Which of the common flags it takes; '' for none. */
function sharedOf(flags: readonly CliFlag[]): string {
  const missing = clientFlags.filter((flag) => !flags.includes(flag));
  if (missing.length === clientFlags.length) return '';
  const but = missing.length === 0 ? '' : `, but ${missing.map(({ name }) => code(`-${name}`)).join(', ')}`;
  return `Also takes the flags of every command that asks an agent${but}.`;
}

const flagTable = (flags: readonly CliFlag[]): string => table(HEAD, flags.map(rowOf));

const rowOf = ({ name, kind, help, example }: CliFlag): string[] => [
  code(example !== undefined && kind === 'value' ? example : `-${name}`),
  help,
];
