/** The checks of all instances of a service; those of nodes are not among them. Key: the service's name in lower case. */
import type { Check } from '../model/check.ts';
import { defineTopic, type Topic } from './topic.ts';

export const serviceChecksTopic: Topic<Check> = defineTopic('service-checks', {
  aging: 'health',
  idOf: ({ node, id }) => `${node.toLowerCase()}/${id}`,
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
