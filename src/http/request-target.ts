/** The target of a request line, taken apart as Go's server does. */

export interface RequestTarget {
  /** Percent-decoded. */
  readonly path: string;
  /** As it came. */
  readonly rawPath: string;
  /** As it came, behind the `?`; '' if there was none. */
  readonly rawQuery: string;
}

/** `undefined` if the path has a malformed escape, or one that is no UTF-8. A proxy's form (`http://host/path`) is its path. */
export function parseTarget(target: string): RequestTarget | undefined {
  const url = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '').replace(/^(?=\?|$)/, '/');
  const mark = url.indexOf('?');
  const rawPath = mark === -1 ? url : url.slice(0, mark);
  const rawQuery = mark === -1 ? '' : url.slice(mark + 1);
  if (!rawPath.includes('%')) return { path: rawPath, rawPath, rawQuery };
  try {
    return { path: decodeURIComponent(rawPath), rawPath, rawQuery };
  } catch {
    return undefined;
  }
}
