/** `konsul snapshot inspect`: what is in a backup, by table and by the beginnings of keys. Asks no agent. */

import { messageOf } from '../runtime/errors.ts';
import type { StoredRecord } from '../store/engine.ts';
import { recordToJson } from '../store/records.ts';
import { decodeSnapshot, type Snapshot } from '../store/snapshot.ts';
import { stringifyJson } from '../wire/json.ts';
import { columns } from './columns.ts';
import { type CliCommand, type CliInput, defineCommand } from './define-command.ts';
import { isOn, onlyArgument, refuseInput, textFlag, wholeFlag } from './flag-values.ts';
import { readFile } from './read-file.ts';

const DEFAULT_DEPTH = 2n;

export const snapshotInspectCommand: CliCommand = defineCommand({
  name: 'snapshot inspect',
  summary: 'Shows what is in a file that snapshot save wrote.',
  usage: 'FILE',
  flags: [
    { name: 'format', kind: 'value', help: '`pretty` (default) or `json`.', example: '-format=json' },
    { name: 'kvdepth', kind: 'value', help: 'With -kvdetails: parts of a key to group by. Default 2.', example: '-kvdepth=2' },
    { name: 'kvdetails', kind: 'boolean', help: 'Show how much is below which beginning of keys.' },
    { name: 'kvfilter', kind: 'value', help: 'With -kvdetails: only keys that begin with this.', example: '-kvfilter=app/' },
  ],
  examples: ['konsul snapshot inspect backup.snap', 'konsul snapshot inspect -kvdetails -kvdepth=1 backup.snap'],
  async run(input, tools) {
    const bytes = await readFile(onlyArgument(input, 'FILE'), 'Error opening snapshot file');
    const format = textFlag(input, 'format') ?? 'pretty';
    if (!['pretty', 'json'].includes(format)) throw refuseInput(`flag -format: must be pretty or json, not "${format}"`);
    const report = inspect(await decode(bytes), { input, sizeBytes: bytes.byteLength });
    tools.print(format === 'json' ? `${stringifyJson(report)}\n` : pretty(report));
    return 0;
  },
});

interface Group {
  readonly Name: string;
  readonly Count: number;
  /** Bytes as JSON, before compression. */
  readonly Size: number;
}

interface Report {
  readonly Meta: Readonly<Record<string, string | number>>;
  readonly Stats: readonly Group[];
  readonly StatsKV?: readonly Group[];
}

async function decode(bytes: Uint8Array): Promise<Snapshot> {
  try {
    return await decodeSnapshot(chunksOf(bytes));
  } catch (error) {
    throw refuseInput(`Error verifying snapshot: ${messageOf(error)}`);
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function inspect({ header, records }: Snapshot, { input, sizeBytes }: { readonly input: CliInput; readonly sizeBytes: number }): Report {
  const { lineage, index, version, datacenter } = header;
  const stats = grouped(records, ({ table }) => table);
  const meta = { ID: `${lineage}-${index}`, Size: sizeBytes, Index: index, Datacenter: datacenter, Version: version };
  if (!isOn(input, 'kvdetails')) return { Meta: meta, Stats: stats };
  return { Meta: meta, Stats: stats, StatsKV: grouped(keysOf(records, input), keyGroup(input)) };
}

function grouped(records: readonly StoredRecord[], nameOf: (record: StoredRecord) => string): readonly Group[] {
  const groups = new Map<string, { Count: number; Size: number }>();
  for (const record of records) {
    const name = nameOf(record);
    const group = groups.get(name) ?? { Count: 0, Size: 0 };
    group.Count += 1;
    group.Size += Buffer.byteLength(stringifyJson(recordToJson(record.table, record.value)));
    groups.set(name, group);
  }
  return [...groups].map(([Name, group]) => ({ Name, ...group })).toSorted((a, b) => b.Size - a.Size || (a.Name < b.Name ? -1 : 1));
}

function keysOf(records: readonly StoredRecord[], input: CliInput): readonly StoredRecord[] {
  const prefix = textFlag(input, 'kvfilter') ?? '';
  return records.filter((record) => record.table === 'kv' && keyOf(record).startsWith(prefix));
}

function keyGroup(input: CliInput): (record: StoredRecord) => string {
  const depth = Number(wholeFlag(input, 'kvdepth') ?? DEFAULT_DEPTH);
  return (record) => keyOf(record).split('/').slice(0, depth).join('/');
}

const keyOf = ({ value }: StoredRecord): string => (value as { readonly key?: string }).key ?? '';

function pretty({ Meta, Stats, StatsKV }: Report): string {
  const blocks = [columns(Object.entries(Meta).map(([name, value]) => [name.padEnd(11), String(value)])), table('Type', Stats)];
  if (StatsKV !== undefined) blocks.push(table('Key Name', StatsKV));
  return `${blocks.join('\n')}`;
}

function table(title: string, groups: readonly Group[]): string {
  const total = groups.reduce((sum, { Size }) => sum + Size, 0);
  const line = ['----', '----', '----'];
  const rows = groups.map(({ Name, Count, Size }) => [Name, String(Count), sizeText(Size)]);
  return columns([[title, 'Count', 'Size'], line, ...rows, line, ['Total', '', sizeText(total)]]);
}

/** `1.7KB`, as Consul shows it. */
function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1_024)));
  return power === 0 ? `${bytes}B` : `${Number((bytes / 1_024 ** power).toFixed(1))}${units[power]}`;
}
