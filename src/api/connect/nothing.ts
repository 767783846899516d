/** Lists of what only a mesh or peering has: empty, since there is neither. A blocking query waits, so that nobody asks in a circle. */
import { refuse } from '../../acl/rule.ts';
import { configEntriesTopic } from '../../topics/config-entries.ts';
import { configEntryJson } from '../../wire/config-entry.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';

export const emptyListRoutes: readonly ApiRoute[] = [
  emptyList('/v1/connect/intentions', 'The intentions of the mesh', 'service-intentions'),
  emptyList('/v1/peerings', 'The peerings with other clusters', 'exported-services'),
  emptyList('/v1/exported-services', 'The services that are exported to peers', 'exported-services'),
  emptyList('/v1/imported-services', 'The services that are imported from peers', 'exported-services'),
];

/** `kind` is that of the configuration entries which would make the list: it has their index. */
function emptyList(path: string, what: string, kind: string): ApiRoute {
  return topicRoute({
    path,
    summary: `${what}: none.`,
    acl: refuse('operator', 'read'),
    topic: configEntriesTopic,
    key: () => kind,
    showsConsistency: false,
    select: () => ({ where: () => false, name: 'none' }),
    encode: configEntryJson,
  });
}
