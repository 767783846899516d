/** `konsul catalog datacenters`. */
import { readDatacenters } from '../client/catalog.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const catalogDatacentersCommand: CliCommand = defineCommand({
  name: 'catalog datacenters',
  summary: 'Lists the datacenters that are known, nearest first.',
  flags: clientFlags,
  examples: ['konsul catalog datacenters'],
  async run(input, tools) {
    noArguments(input);
    const names = await readDatacenters(await openClient(input, tools));
    tools.print(names.map((name) => `${name}\n`).join(''));
    return 0;
  },
});
