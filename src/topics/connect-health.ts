/** The instances through which a service is reached in the mesh, with checks. Key: the service's name in lower case. */
import { entryStamp, instanceId, type ServiceEntry } from './entries.ts';
import { defineTopic, type Topic } from './topic.ts';

export const connectHealthTopic: Topic<ServiceEntry> = defineTopic<ServiceEntry>('connect-health', {
  aging: 'health',
  isGuarded: true,
  idOf: instanceId,
  stampOf: entryStamp,
});
