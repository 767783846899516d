/** `konsul kv delete`: removes one entry, or all below a prefix. */
import { deleteKey } from '../client/kv.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, refuseInput, tooMany, wholeFlag } from './flag-values.ts';

export const kvDeleteCommand: CliCommand = defineCommand({
  name: 'kv delete',
  summary: 'Removes an entry, or all entries below a prefix.',
  usage: 'KEY',
  flags: [
    ...clientFlags,
    { name: 'cas', kind: 'boolean', help: 'Remove only if the entry is still the one of -modify-index.' },
    { name: 'modify-index', kind: 'value', help: 'The ModifyIndex that -cas asks for.', example: '-modify-index=17' },
    { name: 'recurse', kind: 'boolean', help: 'Remove all entries whose key begins with KEY.' },
  ],
  examples: ['konsul kv delete app/colour', 'konsul kv delete -recurse app/'],
  async run(input, tools) {
    const key = keyArgument(input);
    const modifyIndex = conditionOf(input);
    const client = await openClient(input, tools);
    if (isOn(input, 'recurse')) {
      await deleteKey(client, key, { recurse: true });
      tools.print(`Success! Deleted keys with prefix: ${key}\n`);
      return 0;
    }
    if (!(await deleteKey(client, key, { cas: modifyIndex }))) throw refuseInput(`Error! Did not delete key ${key}: CAS failed`);
    tools.print(`Success! Deleted key: ${key}\n`);
    return 0;
  },
});

function keyArgument(input: CliInput): string {
  const [key, ...rest] = input.args;
  if (rest.length > 0) throw tooMany('1', input.args.length);
  if (key === undefined || (key === '' && !isOn(input, 'recurse'))) throw refuseInput('Error! Missing KEY argument');
  return key.replace(/^\//, '');
}

function conditionOf(input: CliInput): bigint | undefined {
  const modifyIndex = wholeFlag(input, 'modify-index');
  if (!isOn(input, 'cas')) {
    if (modifyIndex === undefined) return undefined;
    throw refuseInput('Cannot specify -modify-index without -cas!');
  }
  if (isOn(input, 'recurse')) throw refuseInput('Cannot specify both -cas and -recurse!');
  if (modifyIndex === undefined || modifyIndex === 0n) throw refuseInput('Must specify -modify-index with -cas!');
  return modifyIndex;
}
