import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { konsul } from '../../test/fixtures/konsul-cli.ts';
import { kvRecord } from '../../test/fixtures/records.ts';
import { kvKey } from '../model/record.ts';
import { encodeSnapshot } from '../store/snapshot.ts';
import { FakeApi } from '../testing/fake-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'konsul-snapshot-'));
let api: FakeApi;

const HEADER = { lineage: 'l1', index: 42, version: '1.2.3', datacenter: 'dc1', takenAtMs: 1_727_085_600_000 };

beforeAll(async () => {
  const records = ['app/a/1', 'app/a/2', 'app/b', 'top'].map((key) => ({
    table: 'kv' as const,
    key: kvKey(key),
    value: { ...kvRecord(key), createIndex: 1, modifyIndex: 2 },
  }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeSnapshot(HEADER, records, async () => {})) chunks.push(chunk);
  api = await FakeApi.start(() => ({ body: Buffer.concat(chunks) }));
});

afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const run = (...words: string[]) => konsul(['snapshot', ...words], { environment: { CONSUL_HTTP_ADDR: api.address } });

test('a snapshot is saved whole, under the name that was asked for', async () => {
  const path = join(folder, 'a.snap');
  expect(await run('save', path)).toEqual({ code: 0, out: 'Saved and verified snapshot to index 42\n', err: '' });
  await run('save', path);
  await run('save', '-append-filename=version,dc', path);
  expect(readdirSync(folder)).toEqual(['a-1.2.3-dc1.snap', 'a.snap']);
  expect(readFileSync(path)).toEqual(readFileSync(join(folder, 'a-1.2.3-dc1.snap')));
});

test('what is in it is shown by table, and by the beginnings of keys', async () => {
  const path = join(folder, 'b.snap');
  await run('save', path);
  const { out } = await run('inspect', '-kvdetails', '-kvfilter=app/', path);
  expect(out).toMatch(/^ID {11}l1-42\nSize {9}\d+\nIndex {8}42\nDatacenter {3}dc1\nVersion {6}1\.2\.3\n\nType {3}Count {2}Size\n/);
  expect(out).toMatch(/\nkv {5}4 {6}\S+B\n/);
  expect(out).toMatch(/\nKey Name {2}Count {2}Size\n---- {6}---- {3}----\napp\/a {5}2 {6}\S+B\napp\/b {5}1 /);
  expect(out).not.toContain('top');
});

test('programs get JSON', async () => {
  const path = join(folder, 'c.snap');
  await run('save', path);
  const report = JSON.parse((await run('inspect', '-format=json', '-kvdetails', '-kvdepth=1', path)).out);
  expect(report).toMatchObject({
    Meta: { ID: 'l1-42', Index: 42, Datacenter: 'dc1' },
    Stats: [{ Name: 'kv', Count: 4 }],
    StatsKV: [
      { Name: 'app', Count: 3 },
      { Name: 'top', Count: 1 },
    ],
  });
  expect((await run('inspect', '-format=xml', path)).err).toBe('==> flag -format: must be pretty or json, not "xml"\n');
});
