import { expect, test } from 'vitest';
import { ConfigLoader } from './config-loader.ts';
import type { ConfigFile } from './load.ts';
import type { ConfigBlock } from './tree.ts';

/** Loads files with one loader; counts the pauses, which stand for what was parsed. */
function loader() {
  const pauses = { count: 0 };
  const config = new ConfigLoader({
    async pause() {
      pauses.count += 1;
    },
  });
  const load = async (...files: ConfigFile[]): Promise<readonly ConfigBlock[]> => {
    const { definitions } = await config.load({ files, environment: {}, flags: new Map() });
    return definitions.map(({ block }) => block);
  };
  return { load, pauses };
}

const service = (path: string, name: string): ConfigFile => ({ path, text: `service { name = "${name}" }` });

test('a file that stays is parsed once, and its blocks are the very same', async () => {
  const { load, pauses } = loader();
  const [a, b] = await load(service('a.hcl', 'a'), service('b.hcl', 'b'));
  const [a2, b2, c] = await load(service('a.hcl', 'a'), service('b.hcl', 'other'), service('c.hcl', 'c'));
  expect([a2 === a, b2 === b, pauses.count]).toEqual([true, false, 4]);
  expect(JSON.stringify([b2, c])).toMatch(/other.*"c"/);
});

test('only the last load is remembered', async () => {
  const { load, pauses } = loader();
  const [a] = await load(service('a.hcl', 'a'));
  await load();
  const [again] = await load(service('a.hcl', 'a'));
  expect([again === a, pauses.count]).toEqual([false, 2]);
});

test('the same text is parsed anew for another format', async () => {
  const { load } = loader();
  const file: ConfigFile = { path: 'a', text: 'service: {name: a}', format: 'yaml' };
  expect(await load(file)).toHaveLength(1);
  await expect(load({ ...file, format: 'hcl' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(load({ path: file.path, text: file.text })).rejects.toThrow(/^a:1: /);
});

test('two files of one path are each read as they are', async () => {
  const { load } = loader();
  const blocks = await load(service('a.hcl', 'one'), service('a.hcl', 'two'), service('a.hcl', 'two'));
  expect(blocks.map((block) => JSON.stringify(block).match(/one|two/)?.[0])).toEqual(['one', 'two', 'two']);
});

test('a mistake is told at each load, with the other problems, and mended by the next', async () => {
  const { load, pauses } = loader();
  const bad: ConfigFile = { path: 'bad.hcl', text: 'a = [' };
  const unknown: ConfigFile = { path: 'u.hcl', text: 'servr = 1' };
  for (const _ of [1, 2]) await expect(load(bad, unknown)).rejects.toThrow(/^bad\.hcl:1: .*\nu\.hcl:1: unknown key/);
  expect(pauses.count).toBe(2);
  expect(await load(service('bad.hcl', 'a'))).toHaveLength(1);
});
