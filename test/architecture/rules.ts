/** The rules of `src/`, as functions from a scanned source to sentences about what is wrong. No rule reads a file. */
import { ADAPTERS, FORBIDDEN, LEVELS, OUTSIDE_MODULES, OUTSIDE_NAMES, PACKAGES, RANDOM_NAMES } from './layers.ts';
import type { Import, Source } from './scan.ts';

/** Where a size turns from a smell into an error. */
export const MAX_LINES = 400;

/** Everything that is wrong in one file under `src/`, as `path:line: what`. Tests are held to their size and name only. */
export function violations(source: Source): readonly string[] {
  const found = [...ofTheFile(source)];
  if (!isTest(source.path)) {
    for (const each of source.imports) for (const what of ofAnImport(source, each)) found.push(`${source.path}:${each.line}: ${what}`);
    for (const { name, line } of source.names) for (const what of ofAName(source, name)) found.push(`${source.path}:${line}: ${what}`);
  }
  return found;
}

/** Whether a path is a test: tests may reach everywhere. */
export const isTest = (path: string): boolean => /\.test(-d)?\.ts$/.test(path);

/** The top folder under `src/`, or `index` for `src/index.ts`. */
export const moduleOf = (path: string): string =>
  path
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .split('/')[0] ?? '';

function* ofTheFile({ path, text, lineCount }: Source): Iterable<string> {
  if (lineCount > MAX_LINES) yield `${path}: ${lineCount} lines, more than ${MAX_LINES}`;
  if (!isTest(path) && !/^(#!.*\n)?\/[*/]/.test(text)) yield `${path}: does not open with a comment that says what it is for`;
  if (/(^|\/)(utils?|helpers?|common|types)\.ts$/.test(path)) yield `${path}: is named after nothing`;
  if (/\/index\.ts$/.test(path) && path !== 'src/index.ts') yield `${path}: the only barrel is src/index.ts`;
  if (LEVELS[moduleOf(path)] === undefined) yield `${path}: ${moduleOf(path)} has no level in test/architecture/layers.ts`;
}

function* ofAnImport(source: Source, { specifier, names, isTypeOnly, isReExport }: Import): Iterable<string> {
  if (isReExport && source.path !== 'src/index.ts') yield `re-exports ${specifier}; the only barrel is src/index.ts`;
  if (specifier.startsWith('.')) yield* ofALayer(source.path, specifier);
  else if (specifier.startsWith('node:')) yield* ofANodeModule(source.path, specifier, isTypeOnly ? [] : names);
  else yield* ofAPackage(source.path, specifier);
}

function* ofALayer(path: string, specifier: string): Iterable<string> {
  const from = moduleOf(path);
  const target = resolve(path, specifier);
  const to = moduleOf(target);
  if (!target.startsWith('src/')) {
    yield `imports ${target}, which is outside src`;
    return;
  }
  if (!specifier.endsWith('.ts') && !specifier.endsWith('.json')) yield `imports ${specifier} without its ending`;
  if (to === from) return;
  if (to === 'testing') yield 'imports testing/, which only tests may';
  else if (levelOf(to) >= levelOf(from))
    yield `${from} (level ${levelOf(from)}) imports ${to} (level ${levelOf(to)}); imports point down only`;
  for (const ban of FORBIDDEN) {
    if (ban.from === from && ban.to.some((place) => target === `src/${place}.ts` || target.startsWith(`src/${place}/`))) {
      yield `${from} imports ${target.slice(4)}: ${ban.why}`;
    }
  }
}

function* ofANodeModule(path: string, specifier: string, names: readonly string[]): Iterable<string> {
  if (isAdapter(path)) return;
  const places = OUTSIDE_MODULES[specifier];
  if (places !== undefined && !isUnder(path, places)) yield `imports ${specifier}, which only adapters may`;
  if (specifier === 'node:crypto') {
    for (const name of names)
      if (name === '*' || RANDOM_NAMES.includes(name)) yield `imports ${name} of node:crypto: take chance from a Random`;
  }
  if (specifier === 'node:zlib') {
    for (const name of names) if (!/Sync$|^constants$|^crc32$/.test(name)) yield `imports ${name} of node:zlib: async zlib is for adapters`;
  }
}

function* ofAPackage(path: string, specifier: string): Iterable<string> {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const places = PACKAGES[name];
  if (places === undefined) yield `imports the package ${name}, which has no place in test/architecture/layers.ts`;
  else if (!isUnder(path, places)) yield `imports the package ${name}, whose place is ${places.join(', ')}`;
}

function* ofAName({ path }: Source, name: string): Iterable<string> {
  const instead = OUTSIDE_NAMES[name];
  if (instead !== undefined && !isAdapter(path)) yield `uses ${name}: ${instead}`;
  const isProcess = name === 'process';
  if (isProcess && !['bin', 'config'].includes(moduleOf(path))) yield 'uses process, which only bin and config may';
}

const levelOf = (module: string): number => LEVELS[module] ?? Number.POSITIVE_INFINITY;
const isAdapter = (path: string): boolean => ADAPTERS.includes(moduleOf(path));
const isUnder = (path: string, places: readonly string[]): boolean => places.some((place) => path.startsWith(`src/${place}`));

function resolve(path: string, specifier: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}
