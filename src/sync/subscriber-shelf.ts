/**
 * Puts what was proved right into the sink: never back within a lineage, and never as live while nothing is. Owns nothing but what it
 * has to put later.
 */
import type { StaleReason } from '../topics/backend.ts';
import type { SubscribedView } from './subscriber-view.ts';
import type { ViewSink } from './view-sink.ts';

export interface ShelfOptions {
  readonly sink: ViewSink;
  /** Of the link. */
  readonly lineage: string;
  /** That the server had when it welcomed. */
  readonly serverIndex: number;
}

/** Why nothing is live, and for how long it has been so at the moment of asking. */
export interface NotLive {
  readonly reason: StaleReason;
  readonly ageMs: () => number;
}

export class SubscriberShelf {
  readonly #options: ShelfOptions;
  /** Views of a server that is behind what is held here: kept back until it has caught up. */
  readonly #behind = new Set<SubscribedView>();
  #serverIndex: number;
  #notLive: NotLive | undefined;
  #isMarking = false;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#serverIndex = options.serverIndex;
  }

  /** The view's content is what the server has. */
  show(view: SubscribedView): void {
    const { content } = view;
    if (content === undefined) return;
    const { sink, lineage } = this.#options;
    const held = sink.get(view.topic, view.key);
    const isSame = held?.items === content.items;
    const least = held?.lineage === lineage ? held.index : 0;
    if (content.index < least && !isSame && this.#serverIndex < least) {
      this.#behind.add(view);
      return;
    }
    this.#behind.delete(view);
    // A server that has all that we saw, and calls the view older than we did: right is what it holds, from now on.
    const index = content.index < least && !isSame ? this.#serverIndex : Math.max(content.index, least);
    if (isSame) sink.confirm(view.topic, view.key, index);
    else sink.put(view.topic, view.key, { ...content, index });
    this.#mark();
  }

  /** The server told of its index. */
  serverIsAt(index: number): void {
    this.#serverIndex = Math.max(this.#serverIndex, index);
    for (const view of [...this.#behind]) this.show(view);
  }

  forget(view: SubscribedView): void {
    this.#behind.delete(view);
  }

  /** From here on what is shown is only as fresh as this; `undefined`: live again. */
  setNotLive(notLive: NotLive | undefined): void {
    this.#notLive = notLive;
    this.#mark();
  }

  /** Once for all that is shown in one step. */
  #mark(): void {
    if (this.#notLive === undefined || this.#isMarking) return;
    this.#isMarking = true;
    queueMicrotask(() => {
      this.#isMarking = false;
      if (this.#notLive !== undefined) this.#options.sink.unlinked(this.#notLive.reason, this.#notLive.ageMs());
    });
  }
}
