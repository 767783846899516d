/** `konsul force-leave`. */
import { tellAgent } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { isOn, refuseInput } from './flag-values.ts';

export const forceLeaveCommand: CliCommand = defineCommand({
  name: 'force-leave',
  summary: 'Makes the cluster take a failed member for one that has left.',
  usage: 'NODE',
  flags: [
    ...agentFlags,
    { name: 'prune', kind: 'boolean', help: 'Forget the member altogether.' },
    { name: 'wan', kind: 'boolean', help: 'The member is one of the servers of all datacenters.' },
  ],
  examples: ['konsul force-leave web-1', 'konsul force-leave -prune web-1'],
  async run(input, tools) {
    const [node, ...rest] = input.args;
    if (node === undefined || rest.length > 0) throw refuseInput('A single node name must be specified to force leave.');
    await tellAgent(await openClient(input, tools), `force-leave/${encodeURIComponent(node)}`, {
      prune: isOn(input, 'prune'),
      wan: isOn(input, 'wan'),
    });
    return 0;
  },
});
