/** The kind and the name in a path. */
import { entryName } from '../../model/config-entry.ts';

/** `name` is `undefined` where the path has only a kind; the kind is '' where it has nothing. A name may hold further slashes. */
export function entryOf(rest: string): { readonly kind: string; readonly name: string | undefined } {
  const slash = rest.indexOf('/');
  if (slash === -1) return { kind: rest, name: undefined };
  const kind = rest.slice(0, slash);
  return { kind, name: entryName(kind, rest.slice(slash + 1)) };
}
