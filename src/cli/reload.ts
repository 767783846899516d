/** `konsul reload`. */
import { tellAgent } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const reloadCommand: CliCommand = defineCommand({
  name: 'reload',
  summary: 'Makes the agent read its configuration files again.',
  flags: agentFlags,
  examples: ['konsul reload'],
  async run(input, tools) {
    noArguments(input);
    await tellAgent(await openClient(input, tools), 'reload');
    tools.print('Configuration reload triggered\n');
    return 0;
  },
});
