/** All nodes of the catalog. Key: ''. */
import type { Node } from '../model/node.ts';
import { defineTopic, type Topic } from './topic.ts';

export const nodesTopic: Topic<Node> = defineTopic('nodes', {
  aging: 'service',
  idOf: ({ name }) => name.toLowerCase(),
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
