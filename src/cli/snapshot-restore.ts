/** `konsul snapshot restore`: puts a backup in the place of everything. */
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { onlyArgument } from './flag-values.ts';
import { readFile } from './read-file.ts';

/** The servers answer when all of it is in place. */
const TIMEOUT_MS = 10 * 60_000;

export const snapshotRestoreCommand: CliCommand = defineCommand({
  name: 'snapshot restore',
  summary: 'Puts the content of a file in the place of everything that the servers hold.',
  usage: 'FILE',
  flags: clientFlags,
  examples: ['konsul snapshot restore backup.snap'],
  async run(input, tools) {
    const bytes = await readFile(onlyArgument(input, 'FILE'), 'Error opening snapshot file');
    const client = await openClient(input, tools);
    await client.request('PUT', '/v1/snapshot', { body: bytes, timeoutMs: TIMEOUT_MS });
    tools.print('Restored snapshot\n');
    return 0;
  },
});
