/** `konsul event`: fires a user event. */
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { refuseInput, textFlag } from './flag-values.ts';

export const eventCommand: CliCommand = defineCommand({
  name: 'event',
  summary: 'Fires an event that agents of the datacenter see.',
  usage: '[PAYLOAD]',
  flags: [
    ...clientFlags,
    { name: 'name', kind: 'value', help: 'The name of the event.', example: '-name=deploy' },
    { name: 'node', kind: 'value', help: 'Only nodes whose name matches this regular expression.', example: '-node=^web-' },
    { name: 'service', kind: 'value', help: 'Only nodes with a service whose name matches.', example: '-service=^web$' },
    { name: 'tag', kind: 'value', help: 'With -service: only with a tag that matches.', example: '-tag=^blue$' },
  ],
  examples: ['konsul event -name=deploy 1.2.3', "konsul event -name=deploy -service='^web$'"],
  async run(input, tools) {
    const name = nameOf(input);
    const client = await openClient(input, tools);
    const query = { node: textFlag(input, 'node'), service: textFlag(input, 'service'), tag: textFlag(input, 'tag') };
    const payload = input.args[0];
    const { ID } = await client.json<{ readonly ID: string }>('PUT', `/v1/event/fire/${encodeURIComponent(name)}`, {
      query,
      ...(payload === undefined ? {} : { body: payload }),
    });
    tools.print(`Event ID: ${ID}\n`);
    return 0;
  },
});

function nameOf(input: CliInput): string {
  const name = textFlag(input, 'name') ?? '';
  if (name === '') throw refuseInput('Event name must be specified');
  for (const flag of ['node', 'service', 'tag']) assertPattern(input, flag);
  if ((textFlag(input, 'tag') ?? '') !== '' && (textFlag(input, 'service') ?? '') === '')
    throw refuseInput('Cannot provide tag filter without service filter.');
  if (input.args.length > 1) throw refuseInput('Too many command line arguments.');
  return name;
}

function assertPattern(input: CliInput, flag: string): void {
  try {
    new RegExp(textFlag(input, flag) ?? '');
  } catch (error) {
    throw refuseInput(`flag -${flag} is no regular expression: ${(error as Error).message}`);
  }
}
