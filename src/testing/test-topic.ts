/** A topic of a name alone, for tests of what is the same for all topics. Its items are their own ids and stamps. */
import { defineTopic, type Topic } from '../topics/topic.ts';

export const testTopic = <T = string>(name: string): Topic<T> => defineTopic<T>(name, { aging: 'service', idOf: String, stampOf: String });
