/** Checks of a service's instances. */
import { serviceChecksTopic } from '../../topics/service-checks.ts';
import { byId, serviceNameIndex, sortInstances, touchedNames } from '../instances.ts';
import { defineSource, type Source } from '../source.ts';

export const serviceChecksSource: Source = defineSource({
  topic: serviceChecksTopic,
  content: ({ catalog }, key) => ({
    index: () => serviceNameIndex(catalog, key, true),
    items: sortInstances(catalog.services.group(key)?.instances.values() ?? []).flatMap((service) =>
      byId(catalog.entry(service.node)?.checks.values() ?? []).filter((check) => check.serviceId === service.id),
    ),
  }),
  touchedBy: touchedNames,
});
