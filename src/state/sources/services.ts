/** Service names with tags: of all instances, or of those that a selection picks. */
import { compileFilter } from '../../topics/filter/evaluate.ts';
import { serviceNodeFields } from '../../topics/filter/service-node-fields.ts';
import { hasNodeMeta } from '../../topics/node-meta.ts';
import { type InstanceSelection, parseServicesKey, type ServiceName, servicesTopic } from '../../topics/services.ts';
import { tagsOf } from '../service-index.ts';
import { type Content, defineSource, LIST_BYTES, type Source } from '../source.ts';
import type { State } from '../state.ts';

const everyKey = (): 'all' => 'all';

export const servicesSource: Source = defineSource({
  topic: servicesTopic,
  content: (state, key) => (key === '' ? allNames(state) : selectedNames(state, parseServicesKey(key))),
  touchedBy: { service: everyKey, node: everyKey },
});

function allNames({ catalog }: State): Content<ServiceName> {
  const items: ServiceName[] = [];
  for (const group of catalog.services.groups()) items.push({ name: group.name, tags: tagsOf(group) });
  return { index: catalog.services.index, items, itemBytes: LIST_BYTES };
}

function selectedNames(state: State, selection: InstanceSelection): Content<ServiceName> {
  const { catalog } = state;
  const picks = compileFilter(serviceNodeFields, selection.filter, { datacenter: state.datacenter });
  const items: ServiceName[] = [];
  for (const group of catalog.services.groups()) {
    const tags = new Set<string>();
    let picked = false;
    for (const service of group.instances.values()) {
      const node = catalog.node(service.node);
      if (node === undefined || !hasNodeMeta(node, selection.nodeMeta)) continue;
      if (picks !== undefined && !picks({ node, service })) continue;
      picked = true;
      for (const tag of service.tags) tags.add(tag);
    }
    if (picked) items.push({ name: group.name, tags: [...tags].sort() });
  }
  // A filter may look at the node as well: its index counts, and is never below that of the services.
  return { index: catalog.nodesIndex, items, itemBytes: LIST_BYTES };
}
