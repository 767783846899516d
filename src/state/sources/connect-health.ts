/** Mesh instances of a service. There are few, so one index for all and every change of the catalog touches them. */
import { connectHealthTopic } from '../../topics/connect-health.ts';
import { serviceEntries } from '../instances.ts';
import { defineSource, LIST_BYTES, type Source } from '../source.ts';

const everyKey = (): 'all' => 'all';

export const connectHealthSource: Source = defineSource({
  topic: connectHealthTopic,
  content: ({ catalog }, key) => ({
    index: Math.max(catalog.nodesIndex, catalog.services.index, catalog.checksIndex),
    items: serviceEntries(catalog, catalog.services.connectInstances(key)),
    itemBytes: LIST_BYTES,
  }),
  touchedBy: { service: everyKey, check: everyKey, node: everyKey },
});
