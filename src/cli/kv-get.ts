/** `konsul kv get`: one value, the entries below a prefix, or the keys below it. */
import { type KvPair, readKey, readKeys, readPrefix, valueBytes } from '../client/kv.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, refuseInput, textFlag, tooMany } from './flag-values.ts';

export const kvGetCommand: CliCommand = defineCommand({
  name: 'kv get',
  summary: 'Shows a value, or the entries or keys below a prefix.',
  usage: 'KEY',
  flags: [
    ...clientFlags,
    { name: 'base64', kind: 'boolean', help: 'Show values in base64, as they are stored.' },
    { name: 'detailed', kind: 'boolean', help: 'Show everything about the entry.' },
    { name: 'keys', kind: 'boolean', help: 'Show the keys that begin with KEY, without values.' },
    { name: 'recurse', kind: 'boolean', help: 'Show all entries whose key begins with KEY.' },
    { name: 'separator', kind: 'value', help: 'With -keys: cut keys behind it. Default "/"; empty cuts none.', example: '-separator=/' },
  ],
  examples: ['konsul kv get app/colour', 'konsul kv get -recurse app/', 'konsul kv get -keys -separator= app/'],
  async run(input, tools) {
    const key = keyArgument(input);
    const client = await openClient(input, tools);
    if (isOn(input, 'keys')) {
      const keys = await readKeys(client, key, textFlag(input, 'separator') ?? '/');
      tools.print(keys.map((name) => `${name}\n`).join(''));
      return 0;
    }
    if (isOn(input, 'recurse')) {
      const pairs = await readPrefix(client, key);
      tools.print(Buffer.concat(pairs.map((pair, at) => shownInList(pair, at, input))));
      return 0;
    }
    const pair = await readKey(client, key);
    if (pair === undefined) throw refuseInput(`Error! No key exists at: ${key}`);
    tools.print(isOn(input, 'detailed') ? detailed(pair, input) : line(shownValue(pair, input)));
    return 0;
  },
});

/** A leading slash is no part of a key. Without an argument, a prefix is everything. */
function keyArgument(input: CliInput): string {
  const [key, ...rest] = input.args;
  if (rest.length > 0) throw tooMany('1', input.args.length);
  if (key !== undefined && key !== '') return key.replace(/^\//, '');
  if (isOn(input, 'keys') || isOn(input, 'recurse')) return '';
  throw refuseInput('Error! Missing KEY argument');
}

const line = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.from('\n')]);

const shownValue = (pair: KvPair, input: CliInput): Buffer => (isOn(input, 'base64') ? Buffer.from(pair.Value ?? '') : valueBytes(pair));

function shownInList(pair: KvPair, at: number, input: CliInput): Buffer {
  if (isOn(input, 'detailed')) return Buffer.concat([Buffer.from(at === 0 ? '' : '\n'), detailed(pair, input)]);
  return line(Buffer.concat([Buffer.from(`${pair.Key}:`), shownValue(pair, input)]));
}

const NAME_WIDTH = 17;

function detailed(pair: KvPair, input: CliInput): Buffer {
  const rows = {
    CreateIndex: pair.CreateIndex,
    Flags: pair.Flags,
    Key: pair.Key,
    LockIndex: pair.LockIndex,
    ModifyIndex: pair.ModifyIndex,
    Session: pair.Session || '-',
  };
  const head = Object.entries(rows).map(([name, value]) => `${name.padEnd(NAME_WIDTH)}${value}\n`);
  const value = shownValue(pair, input);
  return line(Buffer.concat([Buffer.from(`${head.join('')}${value.length === 0 ? 'Value' : 'Value'.padEnd(NAME_WIDTH)}`), value]));
}
