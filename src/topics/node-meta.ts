/** The selection by node metadata (`?node-meta=key:value`, spec section 1.10). */
import type { Node } from '../model/node.ts';

/** Whether the node has all the pairs; `key` alone stands for an empty value. */
export function hasNodeMeta(node: Node, pairs: readonly string[]): boolean {
  return pairs.every((pair) => {
    const colon = pair.indexOf(':');
    const key = colon === -1 ? pair : pair.slice(0, colon);
    const value = colon === -1 ? '' : pair.slice(colon + 1);
    return node.meta !== undefined && Object.hasOwn(node.meta, key) && node.meta[key] === value;
  });
}
