/** One node and its services. A node can be asked for by name, id or the start of its id, so a change touches all of these. */
import type { Node } from '../../model/node.ts';
import { nodeTopic } from '../../topics/node.ts';
import type { Catalog } from '../catalog.ts';
import { defineSource, type Source } from '../source.ts';
import type { State } from '../state.ts';

const MIN_PREFIX = 2;

function* keysOf(state: State, name: string, id: string | undefined): Iterable<string> {
  yield name.toLowerCase();
  const nodeId = id ?? state.catalog.node(name)?.id ?? '';
  for (let length = MIN_PREFIX; length <= nodeId.length; length += 1) yield nodeId.slice(0, length);
}

/** By name, by id, or by the start of an id; several if the start is not unique. */
function nodesOf(catalog: Catalog, key: string): readonly Node[] {
  const exact = catalog.node(key) ?? catalog.nodeById(key);
  return exact === undefined ? catalog.nodesByIdPrefix(key) : [exact];
}

export const nodeSource: Source = defineSource({
  topic: nodeTopic,
  content({ catalog }, key) {
    const [node, other] = nodesOf(catalog, key);
    // One that has become ambiguous is no longer shown: to the reader that is a change, though nothing was removed.
    if (other !== undefined) return { index: catalog.nodesIndex, items: [] };
    const entry = node === undefined ? undefined : catalog.entry(node.name);
    if (node === undefined || entry === undefined) return { index: () => catalog.nodeRemovalIndex, items: [] };
    // A start of an id may have become unique by the removal of another node.
    const index = catalog.entry(key) === entry ? entry.index : Math.max(entry.index, catalog.nodeRemovalIndex);
    return { index, items: [{ node, services: entry.services.list() }] };
  },
  touchedBy: {
    *node({ before, after }, state) {
      if (before !== undefined) yield* keysOf(state, before.name, before.id);
      if (after !== undefined) yield* keysOf(state, after.name, after.id);
    },
    service: ({ before, after }, state) => keysOf(state, (after ?? before)?.node ?? '', undefined),
  },
});
