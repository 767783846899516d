/** `konsul join`. */
import { tellAgent } from '../client/agent.ts';
import { messageOf } from '../runtime/errors.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { isOn, refuseInput } from './flag-values.ts';

export const joinCommand: CliCommand = defineCommand({
  name: 'join',
  summary: 'Makes the agent link to the servers at these addresses, and join their cluster.',
  usage: 'ADDRESS…',
  flags: [...agentFlags, { name: 'wan', kind: 'boolean', help: 'Join the servers of another datacenter.' }],
  examples: ['konsul join 10.0.0.1', 'konsul join 10.0.0.1 10.0.0.2:8300'],
  async run(input, tools) {
    const addresses = input.args;
    if (addresses.length === 0) throw refuseInput('At least one address to join must be specified.');
    const client = await openClient(input, tools);
    let joined = 0;
    for (const address of addresses) {
      try {
        await tellAgent(client, `join/${encodeURIComponent(address)}`, { wan: isOn(input, 'wan') ? '1' : undefined });
        joined += 1;
      } catch (error) {
        tools.complain(`Error joining address '${address}': ${messageOf(error)}\n`);
      }
    }
    if (joined === 0) throw refuseInput('Failed to join any nodes.');
    tools.print(`Successfully joined cluster by contacting ${joined} nodes.\n`);
    return 0;
  },
});
