/** Writing, comparing and deleting configuration entries, and the settings, which compare alike. */
import { beforeEach, expect, test } from 'vitest';
import { World } from '../../../test/fixtures/world.ts';
import type { ConfigEntry } from '../../model/config-entry.ts';
import type { Json, Uint64 } from '../../model/values.ts';

let world: World;

beforeEach(() => {
  world = new World();
});

const put = (content: { readonly [member: string]: Json }, cas?: Uint64): boolean =>
  world.run({ kind: 'config.put', entry: { kind: 'service-defaults', name: 'web', content }, cas });

const remove = (cas?: Uint64, name: string = 'web'): boolean =>
  world.run({ kind: 'config.delete', entryKind: 'service-defaults', name, cas });

const entry = (): ConfigEntry | undefined => world.state.tables.config.get('service-defaults/web');

test('An entry is written whole, and replaced', () => {
  const big = { Protocol: 'http', Config: { limit: 18_446_744_073_709_551_615n, list: [1, null] } };
  expect(put(big)).toBe(true);
  expect(entry()).toEqual({ kind: 'service-defaults', name: 'web', content: big, createIndex: 2, modifyIndex: 2 });
  put({ Protocol: 'tcp' });
  expect(entry()).toMatchObject({ content: { Protocol: 'tcp' }, createIndex: 2, modifyIndex: 3 });
});

test('What is there already moves no index', () => {
  put({ a: [1n, { b: 1 }] });
  put({ a: [1n, { b: 1 }] });
  expect(world.changes).toEqual([]);
});

test('A comparison with 0 creates only; another index must be that of the entry', () => {
  expect([put({ v: 1 }, 7), put({ v: 1 }, 0), put({ v: 2 }, 0), put({ v: 2 }, 2), put({ v: 3 }, 2)]).toEqual([
    false,
    true,
    false,
    true,
    false,
  ]);
  expect(entry()?.content).toEqual({ v: 2 });
});

test('A deletion that is compared is for an entry that is there, with that index', () => {
  put({ v: 1 });
  expect([remove(7), remove(0), remove(2n ** 63n), remove(2), entry()]).toEqual([false, false, false, true, undefined]);
  expect([remove(2), remove(0)]).toEqual([false, false]);
});

test('A deletion that is not compared succeeds, whether there is an entry or not', () => {
  put({ v: 1 });
  expect([remove(undefined, 'other'), entry()?.name, remove(), entry(), remove()]).toEqual([true, 'web', true, undefined, true]);
});

test('A setting is put, and compared, as an entry is', () => {
  const set = (value: number, cas?: Uint64): boolean =>
    world.run({ kind: 'setting.put', setting: { name: 'autopilot', value: { value } }, cas });
  expect([set(1, 5), set(1, 0), set(2, 0), set(2, 2), set(3), world.state.tables.setting.get('autopilot')]).toEqual([
    false,
    true,
    false,
    true,
    true,
    { name: 'autopilot', value: { value: 3 }, createIndex: 2, modifyIndex: 4 },
  ]);
});
