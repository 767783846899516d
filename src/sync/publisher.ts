/**
 * All views that somebody follows over a link: one feed per topic and key, whoever follows. Owns the feeds, and the encoded views that
 * are kept for who comes next. Answers every request, if only with `noview`.
 */
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Topic } from '../topics/topic.ts';
import { topics as allTopics } from '../topics/topics.ts';
import { encodeFrame } from './codec.ts';
import { toWireError } from './codec-error.ts';
import { Feed, type FeedContext, type WholeFrames } from './feed.ts';
import type { Ask, Follower } from './feed-follower.ts';
import type { ViewName } from './frames.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { ViewSource } from './view-source.ts';

export interface PublisherOptions {
  readonly source: ViewSource;
  readonly meters: ServingMeters;
  readonly logger: Logger;
  /** The source has another lineage than before, and nobody follows anything: links of the one before are to be closed. */
  replaced(): void;
  /** Default: every topic there is. */
  readonly topics?: readonly Topic<unknown>[];
}

/** Of encoded whole views that are kept. */
const MAX_WHOLE_BYTES = 64 * 1_048_576;
/** The longest key of any topic is a canonical selection with a filter. */
const MAX_KEY_CHARS = 64 * 1_024;

interface TopicFeeds {
  readonly topic: Topic<unknown>;
  readonly feeds: Map<string, Feed>;
}

export class Publisher {
  readonly #source: ViewSource;
  readonly #meters: ServingMeters;
  readonly #replaced: () => void;
  readonly #context: FeedContext;
  readonly #topics: ReadonlyMap<string, TopicFeeds>;
  /** Of all feeds. */
  #lineage: string;

  constructor({ source, meters, logger, replaced, topics = allTopics }: PublisherOptions) {
    this.#source = source;
    this.#lineage = source.lineage;
    this.#meters = meters;
    this.#replaced = replaced;
    this.#topics = new Map(topics.map((topic) => [topic.name, { topic, feeds: new Map() }]));
    this.#context = {
      ...{ source, meters, wholes: new BoundedFrames() },
      checkLineage: () => this.#checkLineage(),
      ended: (feed) => this.#forget(feed),
      broken: ({ topic, key }, error) => logger.error({ topic: topic.name, key, error: messageOf(error) }, 'a view could not be published'),
    };
  }

  /**
   * See `Feed.ask`. A topic that does not exist, or a key that no view has, is answered with `noview`. Nothing of a new lineage goes to who
   * was linked under the one before. Throws TOO_LARGE as `refuse` does.
   */
  ask([topic, key]: ViewName, ask: Ask): void {
    this.#checkLineage();
    if (ask.follower.isOver) return;
    const found = this.#topics.get(topic);
    if (found === undefined)
      this.refuse([topic, key], ask.follower, new KonsulError('NOT_FOUND', `There is no topic ${JSON.stringify(topic)} here`));
    else if (key.length > MAX_KEY_CHARS)
      this.refuse([topic, key], ask.follower, new KonsulError('TOO_LARGE', 'The key of a view is too long'));
    else this.#feed(found, key).ask(ask);
  }

  /** Ends what `ask` began; nothing happens where there is nothing to end. */
  drop([topic, key]: ViewName, follower: Follower): void {
    this.#topics.get(topic)?.feeds.get(key)?.drop(follower);
  }

  /** Says that there is no such view to be had. What is followed already stays. Throws TOO_LARGE for a name that no frame carries. */
  refuse([topic, key]: ViewName, follower: Follower, error: KonsulError): void {
    this.#meters.noViews += 1;
    follower.send('noview', encodeFrame({ t: 'noview', topic, key, error: toWireError(error) }));
  }

  /** All feeds of a lineage end together: none is left to answer from what it published of it. */
  #checkLineage(): void {
    const { lineage } = this.#source;
    if (lineage === this.#lineage) return;
    this.#lineage = lineage;
    for (const { feeds } of this.#topics.values()) {
      for (const feed of feeds.values()) feed.end();
    }
    this.#replaced();
  }

  #feed({ topic, feeds }: TopicFeeds, key: string): Feed {
    const known = feeds.get(key);
    if (known !== undefined) return known;
    const feed = new Feed({ topic, key }, this.#context);
    feeds.set(key, feed);
    this.#meters.feeds += 1;
    return feed;
  }

  #forget(feed: Feed): void {
    if (this.#topics.get(feed.topic.name)?.feeds.delete(feed.key)) this.#meters.feeds -= 1;
  }
}

/** The oldest go first. */
class BoundedFrames implements WholeFrames {
  readonly #frames = new Map<Feed, Uint8Array>();
  #bytes = 0;

  get(feed: Feed): Uint8Array | undefined {
    return this.#frames.get(feed);
  }

  set(feed: Feed, bytes: Uint8Array): void {
    this.delete(feed);
    this.#frames.set(feed, bytes);
    this.#bytes += bytes.byteLength;
    for (const oldest of this.#frames.keys()) {
      if (this.#bytes <= MAX_WHOLE_BYTES) return;
      this.delete(oldest);
    }
  }

  delete(feed: Feed): void {
    this.#bytes -= this.#frames.get(feed)?.byteLength ?? 0;
    this.#frames.delete(feed);
  }
}
