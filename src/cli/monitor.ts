/** `konsul monitor`: the log of a running agent as it is written. */
import { agentFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { isOn, noArguments, textFlag } from './flag-values.ts';

export const monitorCommand: CliCommand = defineCommand({
  name: 'monitor',
  summary: 'Shows the log of the agent as it is written, until it is told to stop.',
  flags: [
    ...agentFlags,
    { name: 'log-json', kind: 'boolean', help: 'Show lines of JSON.' },
    {
      name: 'log-level',
      kind: 'value',
      help: 'The least important lines to show: trace to error. Default info.',
      example: '-log-level=debug',
    },
  ],
  examples: ['konsul monitor', 'konsul monitor -log-level=debug'],
  async run(input, tools) {
    noArguments(input);
    const client = await openClient(input, tools);
    const stop = new AbortController();
    void tools.untilSignal().then(() => stop.abort());
    try {
      const { chunks } = await client.stream('/v1/agent/monitor', {
        query: { loglevel: textFlag(input, 'log-level'), logjson: isOn(input, 'log-json') },
        signal: stop.signal,
      });
      for await (const chunk of chunks) tools.print(chunk);
      tools.complain('Remote side ended the monitor! This usually means that the remote side has exited or crashed.\n');
      return 1;
    } catch (error) {
      if (stop.signal.aborted) return 0;
      throw error;
    }
  },
});
