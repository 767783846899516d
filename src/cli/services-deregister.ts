/** `konsul services deregister`: takes services off the agent, by id or by definition files. */
import { deregisterService } from '../client/agent.ts';
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { refuseInput, textFlag } from './flag-values.ts';
import { readServiceFiles } from './service-files.ts';

export const servicesDeregisterCommand: CliCommand = defineCommand({
  name: 'services deregister',
  summary: 'Takes services off the agent, by id or by definition files.',
  usage: '[FILE…]',
  flags: [...agentFlags, { name: 'id', kind: 'value', help: 'The id of the service.', example: '-id=web-1' }],
  examples: ['konsul services deregister -id=web-1', 'konsul services deregister web.json'],
  async run(input, tools) {
    const ids = await idsOf(input);
    const client = await openClient(input, tools);
    for (const id of ids) {
      await deregisterService(client, id);
      tools.print(`Deregistered service: ${id}\n`);
    }
    return 0;
  },
});

async function idsOf(input: CliInput): Promise<readonly string[]> {
  const id = textFlag(input, 'id') ?? '';
  if (input.args.length > 0) {
    if (id !== '') throw refuseInput('Service deregistration requires either arguments or -id, not both');
    return (await readServiceFiles(input.args)).map(({ ID, Name = '' }) => ID || Name);
  }
  if (id === '') throw refuseInput('Service deregistration requires at least one argument or -id.');
  return [id];
}
