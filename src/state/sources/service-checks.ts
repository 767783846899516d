/** Checks of a service's instances. */
import { serviceChecksTopic } from '../../topics/service-checks.ts';
import { serviceNameIndex, sortInstances, touchedNames } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const serviceChecksSource: Source = defineSource({
  topic: serviceChecksTopic,
  content: ({ catalog }, key) => ({
    index: () => serviceNameIndex(catalog, key, true),
    items: sortInstances(catalog.services.group(key)?.instances.values() ?? []).flatMap((service) =>
      (catalog.entry(service.node)?.checks.list() ?? []).filter((check) => check.serviceId === service.id),
    ),
  }),
  touchedBy: touchedNames,
});
