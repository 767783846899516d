/** The sessions of a node. */
import { nodeSessionsTopic } from '../../topics/node-sessions.ts';
import { defineSource, type Source } from '../source.ts';

export const nodeSessionsSource: Source = defineSource({
  topic: nodeSessionsTopic,
  content: ({ sessions }, key) => ({ index: sessions.index, items: [...sessions.onNode(key)] }),
  touchedBy: { session: ({ before, after }) => [((after ?? before)?.node ?? '').toLowerCase()] },
});
