/**
 * The lists of CONTRIBUTING.md ("one new file, its test, one line in a list") and how a member is told from a helper: by the text of its
 * definition. Compares a folder with its list by their texts; runs nothing.
 */

export interface ListRule {
  /** Where the list is, from the root of the repository. */
  readonly list: string;
  /** Where members live: below this folder, at any depth. */
  readonly folder: string;
  /** What a member's text holds. Files without it are helpers and need no line. */
  readonly mark: RegExp;
}

export const LISTS: readonly ListRule[] = [
  { list: 'src/api/routes.ts', folder: 'src/api/', mark: /^export const \w+: (readonly )?ApiRoute(\[\])? = /m },
  { list: 'src/checks/check-types.ts', folder: 'src/checks/', mark: /\bdefineCheck(Type)?\b\s*[<(]/ },
  { list: 'src/store/engines.ts', folder: 'src/store/', mark: /\bimplements Engine\b/ },
  { list: 'src/cli/commands.ts', folder: 'src/cli/', mark: /\bdefineCommand\b\s*[<(]/ },
  { list: 'src/topics/topics.ts', folder: 'src/topics/', mark: /\bdefineTopic\b\s*[<(]/ },
  { list: 'src/authority/commands.ts', folder: 'src/authority/commands/', mark: /\bdefineCommand\b\s*[<(]/ },
  { list: 'src/state/sources.ts', folder: 'src/state/sources/', mark: /\bdefineSource\b\s*[<(]/ },
];

/** A tree of sources: path to text. */
export type Tree = ReadonlyMap<string, string>;

/** What a folder and its list disagree about, in sentences; and how many members were looked at. */
export function compareList(rule: ListRule, tree: Tree): { readonly members: number; readonly problems: readonly string[] } {
  const members = [...tree].filter(([path, text]) => isMember(rule, path, text)).map(([path]) => path);
  const listed = importedPaths(rule.list, tree.get(rule.list) ?? '');
  const missing = members.filter((path) => !listed.includes(path)).map((path) => `${path} is not in ${rule.list}`);
  const stale = listed
    .filter((path) => path.startsWith(rule.folder) && !members.includes(path) && !definesTheKind(path, tree))
    .map((path) => `${rule.list} lists ${path}, which defines nothing`);
  return { members: members.length, problems: [...missing, ...stale] };
}

function isMember({ list, folder, mark }: ListRule, path: string, text: string): boolean {
  if (!path.startsWith(folder) || path === list || /\.test(-d)?\.ts$/.test(path)) return false;
  return mark.test(withoutDefinition(text));
}

/** The file that defines `defineRoute` itself is not a route. */
const withoutDefinition = (text: string): string => text.replaceAll(/export (const|function) define\w+.*/g, '');

/** A list may also import its `define` function. */
const definesTheKind = (path: string, tree: Tree): boolean => /export (const|function) define\w+/.test(tree.get(path) ?? '');

/** The files of the repository that a list imports, at once or when they are needed, from the root. */
function importedPaths(list: string, text: string): readonly string[] {
  const base = new URL(`file:///${list}`);
  return [...text.matchAll(/(?:^import (?!type )[^;]* from |\bimport\()'(\.[^']+)'/gm)].map(([, specifier = '']) =>
    new URL(specifier, base).pathname.slice(1),
  );
}
