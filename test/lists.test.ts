/** Each list holds exactly the files of its folder, each route says what it is and what right it needs, each error code is documented. */
import { expect, test } from 'vitest';
import { routes } from '../src/api/routes.ts';
import { sources } from '../src/state/sources.ts';
import { topics } from '../src/topics/topics.ts';
import { compareList, LISTS, type ListRule, type Tree } from './architecture/lists.ts';
import { sourcesIn, textOf } from './architecture/tree.ts';

const tree: Tree = new Map(sourcesIn('src').map((path) => [path, textOf(path)]));

test.each(LISTS)('$list holds each file of $folder, and nothing else', (rule) => {
  const { members, problems } = compareList(rule, tree);
  expect(problems).toEqual([]);
  expect(members, `members found in ${rule.folder}`).toBeGreaterThan(0);
});

const RULE: ListRule = { list: 'src/zoo/animals.ts', folder: 'src/zoo/', mark: /\bdefineAnimal\b\s*[<(]/ };
const ANIMAL = 'export const lion = defineAnimal({});';

test.each([
  ['a listed member is fine', { 'src/zoo/lion.ts': ANIMAL, 'src/zoo/animals.ts': "import { lion } from './lion.ts';" }, []],
  ['a member may sit deeper', { 'src/zoo/a/lion.ts': ANIMAL, 'src/zoo/animals.ts': "import { lion } from './a/lion.ts';" }, []],
  ['a member may be loaded late', { 'src/zoo/lion.ts': ANIMAL, 'src/zoo/animals.ts': "() => import('./lion.ts')" }, []],
  ['a helper needs no line', { 'src/zoo/cage.ts': 'export const cage = 1;', 'src/zoo/animals.ts': '' }, []],
  ['a test is no member', { 'src/zoo/lion.test.ts': ANIMAL, 'src/zoo/animals.ts': '' }, []],
  ['the definer is no member', { 'src/zoo/animal.ts': 'export const defineAnimal = (a: A): A => a;', 'src/zoo/animals.ts': '' }, []],
  ['a missing line is found', { 'src/zoo/lion.ts': ANIMAL, 'src/zoo/animals.ts': '' }, ['src/zoo/lion.ts is not in src/zoo/animals.ts']],
  ['a missing list is found', { 'src/zoo/lion.ts': ANIMAL }, ['src/zoo/lion.ts is not in src/zoo/animals.ts']],
  [
    'a line without a member is found',
    { 'src/zoo/cage.ts': 'export const cage = 1;', 'src/zoo/animals.ts': "import { cage } from './cage.ts';" },
    ['src/zoo/animals.ts lists src/zoo/cage.ts, which defines nothing'],
  ],
])('%s', (_name, files, problems) => {
  expect(compareList(RULE, new Map(Object.entries(files))).problems).toEqual(problems);
});

test('every topic has a source, and every source a topic', () => {
  expect(sources.map(({ topic }) => topic.name).toSorted()).toEqual(topics.map(({ name }) => name).toSorted());
});

test('every route says in a sentence what it does, and which right it needs', () => {
  const vague = routes.filter(({ summary }) => !/^[A-Z].*\.$/.test(summary)).map(({ method, path }) => `${method} ${path}`);
  const unguarded = routes.filter(({ acl }) => acl.kind === 'none' && acl.reason === '').map(({ method, path }) => `${method} ${path}`);
  expect({ vague, unguarded }).toEqual({ vague: [], unguarded: [] });
  expect(routes.length).toBeGreaterThan(40);
});

test('no two routes answer the same method and path', () => {
  const keys = routes.map(({ method, path }) => `${method} ${path}`);
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test('the reference of errors lists exactly the error codes', () => {
  const table = /const CODES = \{(.*?)\n\}/s.exec(textOf('src/runtime/errors.ts'))?.[1] ?? '';
  const codes = [...table.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, code]) => code);
  const documented = [...textOf('docs/reference/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
  expect(documented.toSorted()).toEqual(codes.toSorted());
  expect(codes.length).toBeGreaterThan(10);
});
