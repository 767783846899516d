/** `konsul keygen`: a key for the gossip of Consul agents, and for whatever else wants 32 secret bytes. */
import { randomKey } from '../runtime/random.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { noArguments } from './flag-values.ts';

export const keygenCommand: CliCommand = defineCommand({
  name: 'keygen',
  summary: 'Makes a random key of 32 bytes, in base64.',
  flags: [],
  examples: ['konsul keygen'],
  async run(input, tools) {
    noArguments(input);
    tools.print(`${Buffer.from(randomKey()).toString('base64')}\n`);
    return 0;
  },
});
