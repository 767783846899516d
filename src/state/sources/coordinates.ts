/** Where all nodes stand. */
import { coordinatesTopic } from '../../topics/coordinates.ts';
import { sortedBy } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const coordinatesSource: Source = defineSource({
  topic: coordinatesTopic,
  content: ({ tables: { coordinate } }) => ({
    index: coordinate.index,
    items: sortedBy(coordinate.all(), ({ node }) => node.toLowerCase()),
  }),
  touchedBy: { coordinate: () => [''] },
});
