/** All checks in a state. Key: `passing`, `warning`, `critical`, or `any` for all; any other word has none. */
import type { Check } from '../model/check.ts';
import { defineTopic, type Topic } from './topic.ts';

export const stateChecksTopic: Topic<Check> = defineTopic('state-checks', {
  aging: 'health',
  idOf: ({ node, id }) => `${node.toLowerCase()}/${id}`,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
