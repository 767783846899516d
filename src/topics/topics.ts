/** The list of topics: everything that can be held and watched. `state/sources.ts` has the source of each. */
import { configEntriesTopic } from './config-entries.ts';
import { connectHealthTopic } from './connect-health.ts';
import { coordinatesTopic } from './coordinates.ts';
import { eventsTopic } from './events.ts';
import { kvEntryTopic } from './kv-entry.ts';
import { kvPrefixTopic } from './kv-prefix.ts';
import { nodeTopic } from './node.ts';
import { nodeChecksTopic } from './node-checks.ts';
import { nodeSessionsTopic } from './node-sessions.ts';
import { nodesTopic } from './nodes.ts';
import { queriesTopic } from './queries.ts';
import { queryTopic } from './query.ts';
import { serviceChecksTopic } from './service-checks.ts';
import { serviceHealthTopic } from './service-health.ts';
import { serviceNodesTopic } from './service-nodes.ts';
import { servicesTopic } from './services.ts';
import { sessionTopic } from './session.ts';
import { sessionsTopic } from './sessions.ts';
import { settingsTopic } from './settings.ts';
import { stateChecksTopic } from './state-checks.ts';
import type { Topic } from './topic.ts';

export const topics: readonly Topic<unknown>[] = [
  nodesTopic,
  nodeTopic,
  servicesTopic,
  serviceNodesTopic,
  serviceHealthTopic,
  connectHealthTopic,
  nodeChecksTopic,
  serviceChecksTopic,
  stateChecksTopic,
  kvEntryTopic,
  kvPrefixTopic,
  sessionTopic,
  sessionsTopic,
  nodeSessionsTopic,
  queriesTopic,
  queryTopic,
  eventsTopic,
  coordinatesTopic,
  configEntriesTopic,
  settingsTopic,
];
