/** Where all nodes stand, by node name. Key: ''. `near` reads it beside another topic. */
import type { Coordinate } from '../model/coordinate.ts';
import { defineTopic, type Topic } from './topic.ts';

export const coordinatesTopic: Topic<Coordinate> = defineTopic('coordinates', {
  aging: 'health',
  idOf: ({ node }) => node.toLowerCase(),
  stampOf: ({ modifyIndex }) => String(modifyIndex),
});
