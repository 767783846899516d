/** The state of a server as links publish it. */
import type { State } from '../state/state.ts';
import type { ViewSource } from '../sync/view-source.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { StateFeed } from './state-feed.ts';

export class StateViews implements ViewSource {
  readonly #state: State;
  readonly #feed: StateFeed;

  constructor({ state, feed }: { readonly state: State; readonly feed: StateFeed }) {
    this.#state = state;
    this.#feed = feed;
  }

  get lineage(): string {
    return this.#feed.lineage;
  }

  get index(): number {
    return this.#state.index;
  }

  read<T>(topic: Topic<T>, key: string): View<T> {
    return this.#state.read(topic, key);
  }

  wait(topic: Topic<unknown>, key: string, wake: () => void): () => void {
    return this.#state.wait(topic, key, wake);
  }
}
