/** All nodes. Changes of services count as changes of nodes, as in Consul. */
import type { Node } from '../../model/node.ts';
import { nodesTopic } from '../../topics/nodes.ts';
import { defineSource, type Source } from '../source.ts';

const everyKey = (): Iterable<string> => [''];

export const nodesSource: Source = defineSource({
  topic: nodesTopic,
  content: ({ catalog }) => ({
    index: catalog.nodesIndex,
    items: catalog.entries().flatMap(({ node }): readonly Node[] => (node === undefined ? [] : [node])),
  }),
  touchedBy: { node: everyKey, service: everyKey },
});
