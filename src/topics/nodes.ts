/** All nodes of the catalog. Key: ''. */
import type { Node } from '../model/node.ts';
import { defineTopic, type Topic } from './topic.ts';

export const nodesTopic: Topic<Node> = defineTopic('nodes');
