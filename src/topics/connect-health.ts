/** The instances through which a service is reached in the mesh, with checks. Key: the service's name in lower case. */
import type { ServiceEntry } from './entries.ts';
import { defineTopic, type Topic } from './topic.ts';

export const connectHealthTopic: Topic<ServiceEntry> = defineTopic('connect-health');
