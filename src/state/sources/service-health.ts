/** Instances of a service with their checks. */
import { serviceHealthTopic } from '../../topics/service-health.ts';
import { serviceEntries, serviceNameIndex, touchedNames } from '../instances.ts';
import { defineSource, LIST_BYTES, type Source } from '../source.ts';

export const serviceHealthSource: Source = defineSource({
  topic: serviceHealthTopic,
  content: ({ catalog }, key) => ({
    index: () => serviceNameIndex(catalog, key, true),
    items: serviceEntries(catalog, catalog.services.group(key)?.instances.values() ?? []),
    itemBytes: LIST_BYTES,
  }),
  touchedBy: touchedNames,
});
