import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { engines, openEngine } from './engines.ts';

const options = { path: '/nowhere', random: new SeededRandom(1), logger: silentLogger };

test('an engine is opened by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'konsul-engines-'));
  for (const { name } of engines) {
    const engine = await openEngine(name, { ...options, path: join(folder, name) });
    expect(engine.name).toBe(name);
    await engine.close();
  }
  expect(await readdir(folder)).toEqual(engines.filter(({ isDurable }) => isDurable).map(({ name }) => name));
  await rm(folder, { recursive: true });
});

test('each memory engine is a store of its own', async () => {
  const [first, second] = await Promise.all([openEngine('memory', options), openEngine('memory', options)]);
  expect((await first.load()).lineage).not.toBe((await second.load()).lineage);
});

test('an unknown name is refused with the names that there are', async () => {
  await expect(openEngine('raft', options)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('there is no engine "raft"; it is one of "memory", "lmdb"'),
  });
});
