/** The instances of a service, without their health. Key: the service's name in lower case. */
import { instanceId, instanceStamp, type ServiceNode } from './entries.ts';
import { defineTopic, type Topic } from './topic.ts';

export const serviceNodesTopic: Topic<ServiceNode> = defineTopic('service-nodes', {
  aging: 'service',
  isGuarded: true,
  idOf: instanceId,
  stampOf: instanceStamp,
});
