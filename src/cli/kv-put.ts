/** `konsul kv put`: writes a value, if wanted only under a condition or as a lock. */
import type { ApiClient } from '../client/api-client.ts';
import { writeKey } from '../client/kv.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, type CliTools, defineCommand } from './define-command.ts';
import { isOn, refuseInput, textFlag, wholeFlag } from './flag-values.ts';
import { readDataArgument } from './read-file.ts';

export const kvPutCommand: CliCommand = defineCommand({
  name: 'kv put',
  summary: 'Writes a value: DATA, the file @FILE, or standard input for -.',
  usage: 'KEY [DATA]',
  flags: [
    ...clientFlags,
    { name: 'acquire', kind: 'boolean', help: 'Take the lock on the key for -session.' },
    { name: 'base64', kind: 'boolean', help: 'DATA is base64.' },
    { name: 'cas', kind: 'boolean', help: 'Write only if the entry is still the one of -modify-index; 0: if there is none.' },
    { name: 'flags', kind: 'value', help: 'A number that is kept with the entry, up to 2^64 - 1.', example: '-flags=42' },
    { name: 'modify-index', kind: 'value', help: 'The ModifyIndex that -cas asks for; default 0.', example: '-modify-index=17' },
    { name: 'release', kind: 'boolean', help: 'Give up the lock that -session holds.' },
    { name: 'session', kind: 'value', help: 'The session of -acquire and -release.', example: '-session=b0e1…' },
  ],
  examples: ['konsul kv put app/colour blue', 'konsul kv put app/motd @motd.txt', 'echo blue | konsul kv put app/colour -'],
  async run(input, tools) {
    const write = await parseWrite(input, tools);
    const client = await openClient(input, tools);
    tools.print(`${await writeOrRefuse(client, write)}\n`);
    return 0;
  },
});

interface Write {
  readonly key: string;
  readonly value: Uint8Array;
  readonly flags: bigint;
  readonly condition: 'none' | 'cas' | 'acquire' | 'release';
  readonly modifyIndex: bigint;
  readonly session: string;
}

async function parseWrite(input: CliInput, tools: CliTools): Promise<Write> {
  const [key = '', data = '', ...rest] = input.args;
  if (key === '') throw refuseInput('Error! Missing KEY argument');
  if (rest.length > 0) throw refuseInput(`Error! Too many arguments (expected 1 or 2, got ${input.args.length})`);
  const session = textFlag(input, 'session') ?? '';
  const condition = (['cas', 'acquire', 'release'] as const).find((name) => isOn(input, name)) ?? 'none';
  if (condition !== 'none' && condition !== 'cas' && session === '')
    throw refuseInput('Error! Missing -session (required with -acquire and -release)');
  const bytes = await readDataArgument(data, tools);
  return {
    key: key.replace(/^\//, ''),
    value: isOn(input, 'base64') ? fromBase64(bytes) : bytes,
    flags: wholeFlag(input, 'flags') ?? 0n,
    condition,
    modifyIndex: wholeFlag(input, 'modify-index') ?? 0n,
    session,
  };
}

function fromBase64(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString().trim();
  const decoded = Buffer.from(text, 'base64');
  if (decoded.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) throw refuseInput('Error! Cannot base64 decode data');
  return decoded;
}

async function writeOrRefuse(client: ApiClient, { key, value, flags, condition, modifyIndex, session }: Write): Promise<string> {
  const query = { flags: flags === 0n ? undefined : flags };
  switch (condition) {
    case 'cas':
      if (await writeKey(client, key, value, { ...query, cas: modifyIndex })) return `Success! Data written to: ${key}`;
      throw refuseInput(`Error! Did not write to ${key}: CAS failed`);
    case 'acquire':
      if (await writeKey(client, key, value, { ...query, acquire: session })) return `Success! Lock acquired on: ${key}`;
      throw refuseInput('Error! Did not acquire lock');
    case 'release':
      if (await writeKey(client, key, value, { ...query, release: session })) return `Success! Lock released on: ${key}`;
      throw refuseInput('Error! Did not release lock');
    case 'none':
      await writeKey(client, key, value, query);
      return `Success! Data written to: ${key}`;
  }
}
