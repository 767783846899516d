/** All checks on a node. Key: the node's name in lower case. */
import type { Check } from '../model/check.ts';
import { defineTopic, type Topic } from './topic.ts';

export const nodeChecksTopic: Topic<Check> = defineTopic('node-checks', {
  aging: 'health',
  idOf: ({ id }) => id,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
