/** Lists the files of the repository for the tests that check rules about it. Reads only. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Paths from the root of the repository, with `/`, sorted, of the `.ts` files below `folder`; nothing if there is no such folder. */
export function sourcesIn(folder: string): readonly string[] {
  return filesIn(folder).filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'));
}

/** The same for files of every kind. */
export function filesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(`${ROOT}${folder}`, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length).replaceAll('\\', '/'))
      .sort();
  } catch {
    return [];
  }
}

/** A file's text. Throws if there is none. */
export const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
