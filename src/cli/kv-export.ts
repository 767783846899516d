/** `konsul kv export`: the entries below a prefix as JSON, for `konsul kv import`. */
import { readPrefix } from '../client/kv.ts';
import { quote } from '../wire/json.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { tooMany } from './flag-values.ts';

export const kvExportCommand: CliCommand = defineCommand({
  name: 'kv export',
  summary: 'Shows all entries below a prefix as JSON, for kv import.',
  usage: '[PREFIX]',
  flags: clientFlags,
  examples: ['konsul kv export app/ > app.json', 'konsul kv export > all.json'],
  async run(input, tools) {
    if (input.args.length > 1) throw tooMany('0 or 1', input.args.length);
    const prefix = (input.args[0] ?? '').replace(/^\//, '');
    const pairs = await readPrefix(await openClient(input, tools), prefix);
    const entries = pairs.map(
      ({ Key, Flags, Value }) => `\t{\n\t\t"key": ${quote(Key)},\n\t\t"flags": ${Flags},\n\t\t"value": ${quote(Value ?? '')}\n\t}`,
    );
    tools.print(entries.length === 0 ? '[]\n' : `[\n${entries.join(',\n')}\n]\n`);
    return 0;
  },
});
