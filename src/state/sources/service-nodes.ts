/** Instances of a service. The index is the one of its name, shared with health, so checks count too. */
import { serviceNodesTopic } from '../../topics/service-nodes.ts';
import { serviceNameIndex, serviceNodes, touchedNames } from '../instances.ts';
import { defineSource, JOIN_BYTES, type Source } from '../source.ts';

export const serviceNodesSource: Source = defineSource({
  topic: serviceNodesTopic,
  content: ({ catalog }, key) => ({
    index: () => serviceNameIndex(catalog, key, false),
    items: serviceNodes(catalog, catalog.services.group(key)?.instances.values() ?? []),
    itemBytes: JOIN_BYTES,
  }),
  touchedBy: touchedNames,
});
