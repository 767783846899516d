/** What every storage engine keeps: the contract of `src/store/engine.ts`. A new engine is one entry in `places`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../src/model/record.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { SystemRandom } from '../../src/runtime/random.ts';
import {
  type Committed,
  type Engine,
  type EngineWatcher,
  type Leadership,
  type Loaded,
  RESTORE_INDEX_STEP,
} from '../../src/store/engine.ts';
import { engines, openEngine } from '../../src/store/engines.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { at, kvRecord, sampleRecords, sorted } from './sample-records.ts';

/** Where the engines of one test live: opening again finds what was there. */
interface Place {
  open(): Promise<Engine>;
  remove(): Promise<void>;
}

const random = new SystemRandom();

const places: Readonly<Record<string, () => Promise<Place>>> = {
  memory: async () => {
    const store = new MemoryStore(random);
    return { open: async () => store.open(), remove: async () => {} };
  },
  lmdb: async () => {
    const path = await mkdtemp(join(tmpdir(), 'konsul-engine-'));
    const open = (): Promise<Engine> => openEngine('lmdb', { path, random, logger: silentLogger });
    return { open, remove: () => rm(path, { recursive: true }) };
  },
};

test('every engine of the list is tested here', () => {
  expect(Object.keys(places)).toEqual(engines.map(({ name }) => name));
});

const never = new AbortController().signal;
const put = (key: string, text = 'value'): Change => kvRecord(key, { value: Buffer.from(text) });
const remove = (key: string): Change => ({ table: 'kv', key: `kv/${key}`, value: undefined });

/** Writes down what it is told. Loaded records are read at once, as a state does. */
class Recorder implements EngineWatcher {
  readonly events: unknown[] = [];

  committed({ changes, index }: Committed): void {
    this.events.push([index, ...changes.map(({ key, value }) => (value === undefined ? `-${key}` : key))]);
  }

  replaced({ index, records }: Loaded): void {
    this.events.push(['replaced', index, ...[...records].map(({ key }) => key)]);
  }

  failed(reason: string): void {
    this.events.push(['failed', reason]);
  }
}

describe.each(Object.entries(places))('engine %s', (name, makePlace) => {
  let place: Place;
  let engine: Engine;
  let lead: Leadership;

  beforeEach(async () => {
    place = await makePlace();
    engine = await place.open();
    lead = await engine.campaign('first', never);
  });

  afterEach(async () => {
    await engine.close();
    await place.remove();
  });

  async function reopen(): Promise<void> {
    await engine.close();
    engine = await place.open();
    lead = await engine.campaign('again', never);
  }

  const keysNow = async (): Promise<readonly string[]> => [...(await engine.load()).records].map(({ key }) => key).sort();

  test('says its name', () => {
    expect(engine.name).toBe(name);
  });

  test('an empty store has a lineage, an index of at least 1, and no records', async () => {
    const { lineage, index, records } = await engine.load();
    expect(lineage).toMatch(/^[0-9a-f-]{36}$/);
    expect(index).toBeGreaterThanOrEqual(1);
    expect([...records]).toEqual([]);
  });

  test('records of every table come back as they were put, at the index of their commit', async () => {
    const index = await engine.commit(sampleRecords, lead);
    await reopen();
    const loaded = await engine.load();
    expect(loaded.index).toBe(index);
    const records = [...loaded.records];
    await engine.close();
    expect(sorted(records)).toEqual(sorted(sampleRecords.map((record) => at(record, index))));
  });

  test('absent members come back as undefined members, in the same order', async () => {
    await engine.commit(sampleRecords, lead);
    const orders = new Map<string, Set<string>>();
    for (const { table, value } of (await engine.load()).records) {
      orders.set(table, (orders.get(table) ?? new Set()).add(Object.keys(value).join()));
    }
    expect([...orders.keys()].sort()).toEqual([...new Set(sampleRecords.map(({ table }) => table))].sort());
    expect([...orders].filter(([, set]) => set.size !== 1)).toEqual([]);
  });

  test('an index that is set already stays', async () => {
    const index = await engine.commit([put('a')], lead);
    await engine.commit([at(kvRecord('a'), index, 0) as Change], lead);
    const [record] = (await engine.load()).records;
    expect(record?.value).toMatchObject({ createIndex: index, modifyIndex: index + 1 });
  });

  test('removed records are gone, and removing what is not there is fine', async () => {
    await engine.commit([put('a'), put('b')], lead);
    await engine.commit([remove('a'), remove('x')], lead);
    await reopen();
    expect(await keysNow()).toEqual(['kv/b']);
  });

  test('each commit gets the next index, also after closing and opening', async () => {
    const first = await engine.commit([put('a')], lead);
    expect(await engine.commit([], lead)).toBe(first + 1);
    await reopen();
    expect((await engine.load()).index).toBe(first + 1);
    expect(await engine.commit([put('b')], lead)).toBe(first + 2);
  });

  test('the lineage stays when the store is opened again', async () => {
    const { lineage } = await engine.load();
    await reopen();
    expect((await engine.load()).lineage).toBe(lineage);
  });

  test('a watcher gets every commit in order, before the commit is acknowledged, until it ends the watch', async () => {
    const { index } = await engine.load();
    const recorder = new Recorder();
    const end = engine.watch(index, recorder);
    await engine.commit([put('a'), put('b')], lead);
    expect(recorder.events).toEqual([[index + 1, 'kv/a', 'kv/b']]);
    await engine.commit([remove('a')], lead);
    end();
    await engine.commit([put('c')], lead);
    expect(recorder.events).toEqual([
      [index + 1, 'kv/a', 'kv/b'],
      [index + 2, '-kv/a'],
    ]);
  });

  test('a watcher that begins later gets what was committed since its load', async () => {
    const { index } = await engine.load();
    await engine.commit([put('a')], lead);
    await engine.commit([put('b')], lead);
    const recorder = new Recorder();
    engine.watch(index + 1, recorder);
    expect(recorder.events).toEqual([[index + 2, 'kv/b']]);
  });

  test('watched records have their final indexes', async () => {
    const seen: unknown[] = [];
    engine.watch((await engine.load()).index, {
      committed: ({ changes }) => seen.push(...changes.map(({ key, value }) => [key, value?.createIndex, value?.modifyIndex])),
      replaced: () => {},
      failed: () => {},
    });
    const index = await engine.commit([put('a')], lead);
    expect(seen).toEqual([['kv/a', index, index]]);
  });

  test('a watch from before what is kept fails, and says so', async () => {
    await engine.commit([put('a')], lead);
    const recorder = new Recorder();
    engine.watch(0, recorder);
    expect(recorder.events).toEqual([['failed', expect.stringContaining('no longer kept')]]);
  });

  test('a commit with a record that no table allows fails, and nothing of it is there', async () => {
    const { index } = await engine.load();
    const recorder = new Recorder();
    engine.watch(index, recorder);
    const bad = kvRecord('bad', { flags: 2n ** 64n });
    await expect(engine.commit([put('a'), bad], lead)).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
    expect(recorder.events).toEqual([]);
    expect((await engine.load()).index).toBe(index);
    expect(await keysNow()).toEqual([]);
    expect(await engine.commit([put('b')], lead)).toBe(index + 1);
  });

  test('a commit with a text that is not well formed fails: it would come back as another one', async () => {
    const { index } = await engine.load();
    await expect(engine.commit([put('a'), put('\ud800')], lead)).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
    expect(await engine.commit([put('\ufffd'), put('😀')], lead)).toBe(index + 1);
    await reopen();
    expect(await keysNow()).toEqual(['kv/😀', 'kv/\ufffd']);
  });

  test('a commit or a replace for which no index is left fails, and nothing of it is there', async () => {
    const index = await engine.commit([put('a')], lead);
    const { lineage } = await engine.load();
    await expect(engine.replace([], Number.MAX_SAFE_INTEGER, lead)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    engine.raiseIndex(Number.MAX_SAFE_INTEGER);
    await expect(engine.commit([put('b')], lead)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(engine.replace([], 1, lead)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await reopen();
    expect(await engine.load()).toMatchObject({ lineage, index });
    expect(await keysNow()).toEqual(['kv/a']);
  });

  test('one candidate leads, the next one when the first resigns', async () => {
    expect(engine.leader()).toBe('first');
    const next = engine.campaign('second', never);
    await engine.commit([put('a')], lead);
    await lead.resign();
    expect(await lead.lost).toBe('resigned');
    expect((await next).index).toBe((await engine.load()).index);
    expect(engine.leader()).toBe('second');
  });

  test('a campaign that is called off ends, and leaves no leader behind', async () => {
    const giveUp = new AbortController();
    const waiting = engine.campaign('second', giveUp.signal);
    giveUp.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await lead.resign();
    expect(engine.leader()).toBeUndefined();
  });

  test('a lost leadership commits, confirms and replaces nothing', async () => {
    await engine.confirm(lead);
    await lead.resign();
    const refused = { code: 'NO_LEADER' };
    await expect(engine.commit([put('a')], lead)).rejects.toMatchObject(refused);
    await expect(engine.confirm(lead)).rejects.toMatchObject(refused);
    await expect(engine.replace([], 0, lead)).rejects.toMatchObject(refused);
    lead = await engine.campaign('again', never);
    await engine.confirm(lead);
    expect(await keysNow()).toEqual([]);
  });

  test('raiseIndex lifts the next commit above what others have seen', async () => {
    const index = await engine.commit([put('a')], lead);
    engine.raiseIndex(index + 500);
    engine.raiseIndex(index + 100);
    expect((await engine.load()).index).toBe(index);
    expect(await engine.commit([put('b')], lead)).toBe(index + 501);
    expect(await engine.commit([put('c')], lead)).toBe(index + 502);
  });

  test('replace puts other records in, under a new lineage, far above all that was seen', async () => {
    const before = await engine.commit([put('old'), put('both')], lead);
    const { lineage } = await engine.load();
    const recorder = new Recorder();
    engine.watch(before, recorder);
    const records = [at(kvRecord('both'), 7, 9), at(kvRecord('new'), 8)];
    const loaded = await engine.replace(records, 1, lead);
    expect(loaded.index).toBe(before + RESTORE_INDEX_STEP);
    expect(loaded.lineage).not.toBe(lineage);
    expect(sorted(loaded.records)).toEqual(sorted(records));
    expect(recorder.events).toEqual([['replaced', loaded.index, 'kv/both', 'kv/new']]);
    await reopen();
    expect(await engine.load()).toMatchObject({ lineage: loaded.lineage, index: loaded.index });
    expect(await keysNow()).toEqual(['kv/both', 'kv/new']);
  });

  test('a snapshot newer than the store, and an index that agents have seen, lift the index of a replace', async () => {
    expect((await engine.replace([], 5_000, lead)).index).toBe(5_000 + RESTORE_INDEX_STEP);
    engine.raiseIndex(9_000_000);
    const { index } = await engine.replace([], 5_000, lead);
    expect(index).toBe(9_000_000 + RESTORE_INDEX_STEP);
    expect(await engine.commit([put('a')], lead)).toBe(index + 1);
  });

  test('commits go on after a replace, and a second one replaces the first', async () => {
    await engine.replace([at(kvRecord('a'), 1)], 1, lead);
    await engine.commit([put('b')], lead);
    expect(await keysNow()).toEqual(['kv/a', 'kv/b']);
    await engine.replace([at(kvRecord('c'), 1)], 1, lead);
    await reopen();
    await engine.commit([put('d')], lead);
    expect(await keysNow()).toEqual(['kv/c', 'kv/d']);
  });

  test('a replace with a record that no table allows fails, and all is as before', async () => {
    await engine.commit([put('a')], lead);
    const before = await engine.load();
    const many = Array.from({ length: 2_500 }, (_, n) => at(kvRecord(`k${n}`), 1));
    const bad = at(kvRecord('bad', { session: 1 as unknown as string }), 1);
    await expect(engine.replace([...many, bad], 1, lead)).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
    expect(await engine.load()).toMatchObject({ lineage: before.lineage, index: before.index });
    expect(await keysNow()).toEqual(['kv/a']);
    await engine.replace(many, 1, lead);
    expect((await keysNow()).length).toBe(2_500);
  });

  test('after close nothing is told, led or taken any more', async () => {
    const recorder = new Recorder();
    engine.watch((await engine.load()).index, recorder);
    const waiting = engine.campaign('second', never);
    await Promise.all([engine.close(), expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })]);
    expect(await lead.lost).toContain('closed');
    await expect(engine.load()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(engine.commit([put('a')], lead)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await engine.close();
    expect(recorder.events).toEqual([]);
  });
});
