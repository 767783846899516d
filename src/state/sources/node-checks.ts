/** Checks on a node. The index is that of all checks, as in Consul; only the node's own changes wake. */
import { nodeChecksTopic } from '../../topics/node-checks.ts';
import { defineSource, type Source } from '../source.ts';

export const nodeChecksSource: Source = defineSource({
  topic: nodeChecksTopic,
  content: ({ catalog }, key) => ({ index: () => catalog.checksIndex, items: catalog.entry(key)?.checks.list() ?? [] }),
  touchedBy: { check: ({ before, after }) => [((after ?? before)?.node ?? '').toLowerCase()] },
});
