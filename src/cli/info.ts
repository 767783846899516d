/** `konsul info`: the numbers by which operators look at an agent. */
import { readSelf } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const infoCommand: CliCommand = defineCommand({
  name: 'info',
  summary: 'Shows the state of the agent in numbers.',
  flags: agentFlags,
  examples: ['konsul info'],
  async run(input, tools) {
    noArguments(input);
    const { Stats = {} } = await readSelf(await openClient(input, tools));
    const groups = byName(Stats).map(([group, values]) => {
      const lines = byName(values).map(([name, value]) => `\t${name} = ${value}\n`);
      return `${group}:\n${lines.join('')}`;
    });
    tools.print(groups.join(''));
    return 0;
  },
});

const byName = <T>(record: Readonly<Record<string, T>>): [string, T][] => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
