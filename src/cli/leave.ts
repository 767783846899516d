/** `konsul leave`. */
import { tellAgent } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const leaveCommand: CliCommand = defineCommand({
  name: 'leave',
  summary: 'Makes the agent leave its cluster and end.',
  flags: agentFlags,
  examples: ['konsul leave'],
  async run(input, tools) {
    noArguments(input);
    await tellAgent(await openClient(input, tools), 'leave');
    tools.print('Graceful leave complete\n');
    return 0;
  },
});
