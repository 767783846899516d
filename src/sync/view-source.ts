/** Where the publishing half of a link has its views from: the state of a server, or the cache of an agent that serves readers. */
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';

export interface ViewSource {
  /** Within one lineage no index goes back; '' while nothing is known. */
  readonly lineage: string;
  /** The newest index. */
  readonly index: number;
  /** A promise only where the view has to be fetched first. */
  read<T>(topic: Topic<T>, key: string): View<T> | Promise<View<T>>;
  /** Calls `wake` once, in the same step as the next change that touches the view. Returns how to stop waiting. */
  wait(topic: Topic<unknown>, key: string, wake: () => void): () => void;
}
