/** The sessions of a node. */
import { nodeSessionsTopic } from '../../topics/node-sessions.ts';
import { byId } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const nodeSessionsSource: Source = defineSource({
  topic: nodeSessionsTopic,
  content: ({ sessions }, key) => ({ index: () => sessions.index, items: byId(sessions.onNode(key)) }),
  touchedBy: {
    *session({ before, after }) {
      if (before !== undefined) yield before.node.toLowerCase();
      if (after !== undefined) yield after.node.toLowerCase();
    },
  },
});
