/** `konsul snapshot save`: a backup of everything, checked before it takes its name. */
import { dirname, resolve } from 'node:path';
import type { Disk } from '../runtime/disk.ts';
import { messageOf } from '../runtime/errors.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { decodeSnapshot, type SnapshotHeader } from '../store/snapshot.ts';
import { clientFlags, openClient } from './client-flags.ts';
import { type CliCommand, defineCommand } from './define-command.ts';
import { onlyArgument, refuseInput, textFlag } from './flag-values.ts';

const FACTS: readonly string[] = ['version', 'dc'];

export const snapshotSaveCommand: CliCommand = defineCommand({
  name: 'snapshot save',
  summary: 'Writes everything that the servers hold to a file.',
  usage: 'FILE',
  flags: [
    ...clientFlags,
    {
      name: 'append-filename',
      kind: 'value',
      help: 'Puts facts into the name of the file: version, dc.',
      example: '-append-filename=version,dc',
    },
  ],
  examples: ['konsul snapshot save backup.snap', 'konsul snapshot save -append-filename=version,dc backup.snap'],
  async run(input, tools) {
    const path = resolve(onlyArgument(input, 'FILE'));
    const facts = (textFlag(input, 'append-filename') ?? '').split(',').filter((fact) => fact !== '');
    const unknown = facts.find((fact) => !FACTS.includes(fact));
    if (unknown !== undefined) throw refuseInput(`flag -append-filename: knows ${FACTS.join(' and ')}, not "${unknown}"`);
    const client = await openClient(input, tools);
    const disk = new NodeDisk();
    const { chunks } = await client.stream('/v1/snapshot');
    const header = await writeVerified({ disk, path: `${path}.unverified`, chunks });
    const target = named(path, facts, header);
    await disk.rename(`${path}.unverified`, target);
    await disk.syncFolder(dirname(target));
    tools.print(`Saved and verified snapshot to index ${header.index}\n`);
    return 0;
  },
});

interface Write {
  readonly disk: Disk;
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Writes and checks at once. What is not whole and sound is removed. */
async function writeVerified({ disk, path, chunks }: Write): Promise<SnapshotHeader> {
  await disk.remove(path);
  const file = await disk.open(path);
  try {
    const { header } = await decodeSnapshot(copied(chunks, (chunk) => file.append(chunk)));
    await file.sync();
    return header;
  } catch (error) {
    await disk.remove(path);
    throw refuseInput(`Error verifying snapshot file: ${messageOf(error)}`);
  } finally {
    await file.close();
  }
}

async function* copied(chunks: AsyncIterable<Uint8Array>, write: (chunk: Uint8Array) => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await write(chunk);
    yield chunk;
  }
}

/** `backup.snap` becomes `backup-1.2.0-dc1.snap`. */
function named(path: string, facts: readonly string[], { version, datacenter }: SnapshotHeader): string {
  const [, stem = path, ending = ''] = /^(.*?)(\.[^./]*)?$/s.exec(path) ?? [];
  return [stem, ...facts.map((fact) => (fact === 'dc' ? datacenter : version))].join('-') + ending;
}
