/** `konsul kv import`: writes the entries that `kv export` showed. */
import { writeKey } from '../client/kv.ts';
import type { Json, Uint64 } from '../model/values.ts';
import { messageOf } from '../runtime/errors.ts';
import { parseJson } from '../wire/json.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { onlyArgument, refuseInput, textFlag } from './flag-values.ts';
import { readDataArgument } from './read-file.ts';

export const kvImportCommand: CliCommand = defineCommand({
  name: 'kv import',
  summary: 'Writes the entries of a kv export: DATA, the file @FILE, or standard input for -.',
  usage: 'DATA',
  flags: [...clientFlags, { name: 'prefix', kind: 'value', help: 'Put before each key.', example: '-prefix=copy/' }],
  examples: ['konsul kv import @app.json', 'konsul kv export app/ | konsul kv import -prefix=copy/ -'],
  async run(input, tools) {
    const bytes = await readDataArgument(onlyArgument(input, 'DATA'), tools);
    const entries = parseEntries(Buffer.from(bytes).toString());
    const prefix = textFlag(input, 'prefix') ?? '';
    const client = await openClient(input, tools);
    for (const { key, flags, value } of entries) {
      await writeKey(client, prefix + key, value, { flags });
      tools.print(`Imported: ${prefix}${key}\n`);
    }
    return 0;
  },
});

interface Entry {
  readonly key: string;
  readonly flags: Uint64;
  readonly value: Uint8Array;
}

/** All entries are understood before the first is written. */
function parseEntries(text: string): readonly Entry[] {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    throw refuseInput(`Cannot unmarshal data: ${messageOf(error)}`);
  }
  if (!Array.isArray(json)) throw refuseInput('Cannot unmarshal data: it is no list of entries');
  return (json as readonly Json[]).map(parseEntry);
}

function parseEntry(json: Json, at: number): Entry {
  const { key, flags = 0, value = '' } = (json ?? {}) as { readonly [name: string]: Json };
  const isUint = (typeof flags === 'number' && Number.isSafeInteger(flags) && flags >= 0) || typeof flags === 'bigint';
  if (typeof key !== 'string' || key === '' || !isUint || typeof value !== 'string')
    throw refuseInput(`Cannot unmarshal data: entry ${at + 1} is not {"key", "flags", "value"} with text, number and base64 text`);
  return { key, flags, value: Buffer.from(value, 'base64') };
}
