/** The digest of a view: of which items, in which versions, it is made. Compares within one lineage only. */
import { addDigests, type Digest, EMPTY_DIGEST, textDigest } from '../model/digest.ts';
import type { Topic } from './topic.ts';

export const itemDigest = <T>(topic: Topic<T>, item: T): Digest => textDigest(`${topic.idOf(item)}\n${topic.stampOf(item)}`);

export const viewDigest = <T>(topic: Topic<T>, items: readonly T[]): Digest =>
  items.reduce<Digest>((sum, item) => addDigests(sum, itemDigest(topic, item)), EMPTY_DIGEST);
