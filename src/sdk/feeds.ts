/** The feeds of one connection, by topic and key: whoever watches the same thing shares one. A feed that nobody follows is forgotten. */
import type { Topic } from '../topics/topic.ts';
import { Feed, type FeedTools } from './feed.ts';

export class Feeds {
  readonly #tools: FeedTools;
  readonly #feeds = new Map<string, Feed>();

  constructor(tools: FeedTools) {
    this.#tools = tools;
  }

  /** How many are followed. */
  get size(): number {
    return this.#feeds.size;
  }

  /** The feed of a view; it runs once it is followed. */
  of<T>(topic: Topic<T>, key: string): Feed<T> {
    const name = `${topic.name} ${key}`;
    const known = this.#feeds.get(name);
    if (known !== undefined) return known as unknown as Feed<T>;
    const feed = new Feed<T>(topic, key, { tools: this.#tools, onIdle: () => this.#feeds.delete(name) });
    this.#feeds.set(name, feed as unknown as Feed);
    return feed;
  }

  /** Ends all that is watched. */
  close(): void {
    for (const feed of [...this.#feeds.values()]) feed.close();
  }
}
