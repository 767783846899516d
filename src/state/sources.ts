/** The list of sources: one for each topic. */
import type { Source } from './source.ts';
import { configEntriesSource } from './sources/config-entries.ts';
import { connectHealthSource } from './sources/connect-health.ts';
import { coordinatesSource } from './sources/coordinates.ts';
import { eventsSource } from './sources/events.ts';
import { kvEntrySource } from './sources/kv-entry.ts';
import { kvPrefixSource } from './sources/kv-prefix.ts';
import { nodeSource } from './sources/node.ts';
import { nodeChecksSource } from './sources/node-checks.ts';
import { nodeSessionsSource } from './sources/node-sessions.ts';
import { nodesSource } from './sources/nodes.ts';
import { queriesSource } from './sources/queries.ts';
import { querySource } from './sources/query.ts';
import { serviceChecksSource } from './sources/service-checks.ts';
import { serviceHealthSource } from './sources/service-health.ts';
import { serviceNodesSource } from './sources/service-nodes.ts';
import { servicesSource } from './sources/services.ts';
import { sessionSource } from './sources/session.ts';
import { sessionsSource } from './sources/sessions.ts';
import { settingsSource } from './sources/settings.ts';
import { stateChecksSource } from './sources/state-checks.ts';

export const sources: readonly Source[] = [
  nodesSource,
  nodeSource,
  servicesSource,
  serviceNodesSource,
  serviceHealthSource,
  connectHealthSource,
  nodeChecksSource,
  serviceChecksSource,
  stateChecksSource,
  kvEntrySource,
  kvPrefixSource,
  sessionSource,
  sessionsSource,
  nodeSessionsSource,
  queriesSource,
  querySource,
  eventsSource,
  coordinatesSource,
  configEntriesSource,
  settingsSource,
];
