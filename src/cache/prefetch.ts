/** What `cache.prefetch` may name, and which views that is. */
import { KonsulError } from '../runtime/errors.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { servicesTopic } from '../topics/services.ts';
import type { Topic } from '../topics/topic.ts';

export interface ViewPlace {
  readonly topic: Topic<unknown>;
  readonly key: string;
}

/**
 * The view that a name stands for: `service:<name>` (its health), `kv:<prefix>`, `kv-key:<key>`, `services`, `nodes`. Throws CONFIG_INVALID
 * for anything else.
 */
export function parsePrefetch(name: string): ViewPlace {
  if (name === 'services') return { topic: servicesTopic, key: '' };
  if (name === 'nodes') return { topic: nodesTopic, key: '' };
  const [kind, ...rest] = name.split(':');
  const key = rest.join(':');
  if (kind === 'service' && key !== '') return { topic: serviceHealthTopic, key: key.toLowerCase() };
  if (kind === 'kv' && rest.length > 0) return { topic: kvPrefixTopic, key };
  if (kind === 'kv-key' && key !== '') return { topic: kvEntryTopic, key };
  throw new KonsulError(
    'CONFIG_INVALID',
    `cache.prefetch: "${name}" is none of service:<name>, kv:<prefix>, kv-key:<key>, services, nodes`,
  );
}
