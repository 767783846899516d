/** Holds `src/` to its layers, bans and sizes (CONTRIBUTING.md, "The map"), and the checker to having looked. */
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, moduleOf, violations } from './architecture/rules.ts';
import { scan } from './architecture/scan.ts';
import { filesIn, sourcesIn, textOf } from './architecture/tree.ts';

/** Raise it as the tree grows: a checker that sees fewer files than there are would be green for nothing. */
const FEWEST_FILES = 600;
const MAX_README_LINES = 40;

const sources = sourcesIn('src');

test('the checker sees the whole of src', () => {
  expect(sources.length).toBeGreaterThanOrEqual(FEWEST_FILES);
  const imports = sources.map((path) => scan(path, textOf(path)).imports.length).reduce((sum, count) => sum + count, 0);
  expect(imports).toBeGreaterThan(sources.length / 2);
});

test('every file of src keeps to the layers, the bans and the sizes', () => {
  expect(sources.flatMap((path) => violations(scan(path, textOf(path))))).toEqual([]);
});

test('every folder of src that holds code has a README of under 40 lines', () => {
  const folders = new Set(sources.filter((path) => !isTest(path) && path !== 'src/index.ts').map(moduleOf));
  const readmes = filesIn('src').filter((path) => /^src\/[^/]+\/README\.md$/.test(path));
  const short = readmes.filter((path) => textOf(path).trimEnd().split('\n').length < MAX_README_LINES);
  expect([...folders].filter((folder) => !short.includes(`src/${folder}/README.md`))).toEqual([]);
});

/** What a module loads at run time, and what that loads; `import()` and types aside. */
function loadedBy(path: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  for (const { specifier, isTypeOnly } of scan(path, textOf(path)).imports)
    if (!isTypeOnly && specifier.startsWith('.')) loadedBy(join(dirname(path), specifier), loaded);
  return loaded;
}

test('an agent loads nothing that only a server needs', () => {
  const loaded = [...loadedBy('src/agent/agent.ts')];
  expect(loaded).toContain('src/cache/cache.ts');
  expect(loaded.filter((path) => /^src\/(?:state|store|authority|server)\//.test(path))).toEqual([]);
});

test('a server loads nothing that only an agent needs', () => {
  const loaded = [...loadedBy('src/server/server.ts')];
  expect(loaded).toContain('src/authority/authority.ts');
  expect(loaded.filter((path) => /^src\/(?:cache|agent)\//.test(path))).toEqual([]);
});

/** Each line breaks one rule when it stands in the file named. */
const PLANTED: readonly (readonly [path: string, line: string, what: string])[] = [
  ['src/model/kv.ts', "import { state } from '../state/state.ts';", 'model (level 1) imports state (level 3)'],
  ['src/topics/a.ts', "import { wire } from '../wire/wire.ts';", 'topics (level 2) imports wire (level 2)'],
  ['src/state/a.ts', "export type A = import('../http/route.ts').Route;", 'state (level 3) imports http (level 3)'],
  ['src/api/kv/get.ts', "import type { State } from '../../state/state.ts';", 'api imports state/state.ts: routes see the Backend'],
  ['src/state/a.ts', "import type { Clock } from '../runtime/clock.ts';", 'state imports runtime/clock.ts: state does no I/O'],
  ['src/server/a.ts', "import { FakeClock } from '../testing/fake-clock.ts';", 'imports testing/, which only tests may'],
  ['src/runtime/a.ts', "import { x } from '../../scripts/docs.ts';", 'imports scripts/docs.ts, which is outside src'],
  ['src/cli/a.ts', "import { x } from './b';", 'imports ./b without its ending'],
  ['src/local/log.ts', "import { openSync } from 'node:fs';", 'imports node:fs, which only adapters may'],
  ['src/local/log.ts', "const fs = await import('node:fs/promises');", 'imports node:fs/promises, which only adapters may'],
  ['src/authority/a.ts', "import { randomUUID, createHash } from 'node:crypto';", 'imports randomUUID of node:crypto'],
  ['src/state/a.ts', "import { gzip, gzipSync } from 'node:zlib';", 'imports gzip of node:zlib'],
  ['src/api/a.ts', "import pino from 'pino';", 'imports the package pino, whose place is runtime/'],
  ['src/store/memory.ts', "import { open } from 'lmdb';", 'imports the package lmdb, whose place is store/lmdb'],
  ['src/dns/a.ts', "import x from '@scope/left-pad/deep';", 'imports the package @scope/left-pad, which has no place'],
  ['src/checks/a.ts', 'const at = Date.now();', 'uses Date: take the time from a Clock'],
  ['src/checks/a.ts', 'setTimeout(() => {}, 1);', 'uses setTimeout: use Clock.after'],
  ['src/checks/a.ts', "const x = Math['random']();", 'uses Math.random: take chance from a Random'],
  ['src/checks/a.ts', 'const s = AbortSignal.timeout(5);', 'uses AbortSignal.timeout'],
  ['src/state/a.ts', 'const now = globalThis.performance;', 'uses globalThis: name what you mean'],
  ['src/server/a.ts', 'const port = process.env.PORT;', 'uses process, which only bin and config may'],
  ['src/state/a.ts', "export { Table } from './table.ts';", 're-exports ./table.ts; the only barrel is src/index.ts'],
];

test.each(PLANTED)('%s must not hold: %s', (path, line, what) => {
  expect(violations(scan(path, `/** Planted. */\n${line}\n`))).toEqual([expect.stringContaining(`${path}:2: ${what}`)]);
});

test.each([
  ['src/state/index.ts', '/** Planted. */\n', 'the only barrel is src/index.ts'],
  ['src/state/utils.ts', '/** Planted. */\n', 'is named after nothing'],
  ['src/gossip/a.ts', '/** Planted. */\n', 'gossip has no level'],
  ['src/state/a.ts', 'export const a = 1;\n', 'does not open with a comment'],
  ['src/state/a.ts', `/** Planted. */\n${'export {};\n'.repeat(400)}`, '401 lines, more than 400'],
])('%s of the wrong form is found', (path, text, what) => {
  expect(violations(scan(path, text))).toEqual([expect.stringContaining(what)]);
});

test.each([
  ['src/state/a.ts', "import type { Node } from '../model/node.ts';"],
  ['src/api/kv/get.ts', "import { defineRoute } from '../context.ts';"],
  ['src/api/kv/get.ts', "import { jsonAnswer } from '../../http/answer.ts';"],
  ['src/runtime/clock.ts', 'setTimeout(() => {}, Date.now());'],
  ['src/http/server.ts', "import { createServer } from 'node:http';"],
  ['src/store/lmdb.ts', "import { open } from 'lmdb';"],
  ['src/state/a.ts', "import { createHash } from 'node:crypto';"],
  ['src/model/a.ts', 'const a = b.Date + { fetch: 1 }.fetch; // Date, setTimeout(1)\nconst text = "Date";'],
  ['src/state/a.test.ts', "import { FakeClock } from '../testing/fake-clock.ts';\nconst now = Date.now();"],
])('%s may hold: %s', (path, line) => {
  expect(violations(scan(path, `/** Fine. */\n${line}\n`))).toEqual([]);
});

test('a file that is not TypeScript is an error, not an empty file', () => {
  expect(() => scan('src/a.ts', 'const = ;')).toThrow('src/a.ts');
});
