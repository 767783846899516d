/** The instances of a service with the checks of each and of its node. Key: the service's name in lower case. */
import { entryStamp, instanceId, type ServiceEntry } from './entries.ts';
import { defineTopic, type Topic } from './topic.ts';

export const serviceHealthTopic: Topic<ServiceEntry> = defineTopic<ServiceEntry>('service-health', {
  aging: 'health',
  isGuarded: true,
  idOf: instanceId,
  stampOf: entryStamp,
});
