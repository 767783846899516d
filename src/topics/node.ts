/** One node with its services. Key: the node's name in lower case, or its id, or a unique prefix of its id. No item: no such node. */
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { defineTopic, type Topic } from './topic.ts';

export interface NodeServices {
  readonly node: Node;
  readonly services: readonly Service[];
}

export const nodeTopic: Topic<NodeServices> = defineTopic('node', {
  aging: 'service',
  idOf: ({ node }) => node.name.toLowerCase(),
  stampOf: ({ node, services }) => [node, ...services].map(({ modifyIndex }) => modifyIndex).join(),
});
