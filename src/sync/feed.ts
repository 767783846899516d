/**
 * One view for all links that follow it: what was last published of it, and who is to hear of the next change. Changes come in the same
 * step in which the source has them; each is compared, written and encoded once, and the same bytes go to everybody. It ends when
 * nobody follows it. Nothing here throws into the source: a view that cannot be had is refused to all.
 */
import { EMPTY_DIGEST, isSameDigest, subtractDigests } from '../model/digest.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { View } from '../topics/view.ts';
import { encodeFrame } from './codec.ts';
import { toWireError } from './codec-error.ts';
import { encodeChange, encodeWhole, type FeedContent, type ViewPlace, type WrittenContent, writeContent } from './feed-content.ts';
import type { Ask, Followed, Follower } from './feed-follower.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { ViewSource } from './view-source.ts';

/** What the feeds of a source share. */
export interface FeedContext {
  readonly source: ViewSource;
  readonly meters: ServingMeters;
  readonly wholes: WholeFrames;
  /** The feed is over: forget it. */
  ended(feed: Feed): void;
  /** Ends all feeds if the source has another lineage by now: then no index and no digest of them means anything any more. */
  checkLineage(): void;
  /** Something went wrong that is no refusal: a bug, here or in the source. Those who followed the view know already. */
  broken(feed: Feed, error: unknown): void;
}

/** Views as they were last encoded, for who comes next. What was set may be gone at any time. */
export interface WholeFrames {
  get(feed: Feed): Uint8Array | undefined;
  set(feed: Feed, bytes: Uint8Array): void;
  delete(feed: Feed): void;
}

export class Feed implements ViewPlace, Followed {
  readonly topic: ViewPlace['topic'];
  readonly key: string;
  readonly #context: FeedContext;
  readonly #followers = new Set<Follower>();
  /** Those who wait for the view to be read, in their order. */
  #asks: Ask[] = [];
  #content: FeedContent | undefined;
  #unwait: (() => void) | undefined;
  #isReading = false;
  /** The view was touched while it was being read. */
  #isTouched = false;
  #isOver = false;

  constructor({ topic, key }: ViewPlace, context: FeedContext) {
    this.topic = topic;
    this.key = key;
    this.#context = context;
  }

  /** Answers at once, or when the view has been read: that what is held is right, the view whole, or that it is not to be had. */
  ask(ask: Ask): void {
    this.#asks.push(ask);
    if (this.#isReading) return;
    if (this.#content === undefined) this.#read();
    else this.#guarded(() => this.#answerAll());
  }

  drop(follower: Follower): void {
    this.#asks = this.#asks.filter((ask) => ask.follower !== follower);
    this.#unfollow(follower);
    this.#endIfUnused();
  }

  /** Nobody follows it any more, and who waits gets no answer from it. */
  end(): void {
    this.#asks = [];
    for (const follower of this.#followers) this.#unfollow(follower);
    this.#endIfUnused();
  }

  #read(): void {
    this.#isReading = true;
    this.#isTouched = false;
    try {
      // Before reading: what changes while a slow source reads must not be missed.
      this.#unwait = this.#context.source.wait(this.topic, this.key, this.#wake);
      const view = this.#context.source.read(this.topic, this.key);
      if (view instanceof Promise) view.then(this.#arrived, this.#failed);
      else this.#arrived(view);
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #wake = (): void => {
    this.#unwait = undefined;
    if (this.#isOver) return;
    if (this.#isReading) this.#isTouched = true;
    else this.#read();
  };

  readonly #arrived = (view: View): void => {
    if (this.#isOver) return;
    this.#isReading = false;
    this.#context.checkLineage();
    if (this.#isOver) return;
    this.#guarded(() => {
      if (this.#content === undefined) this.#begin(view);
      else this.#publish(this.#content, view);
      this.#answerAll();
    });
    if (this.#isTouched && !this.#isOver) this.#read();
  };

  readonly #failed = (error: unknown): void => {
    if (this.#isOver) return;
    this.#isReading = false;
    for (const { follower } of this.#asks.splice(0)) this.#refuse(follower, error);
    for (const follower of this.#followers) this.#refuse(follower, error);
    if (!(error instanceof KonsulError) || error.code === 'KONSUL_INVARIANT') this.#context.broken(this, error);
    this.#endIfUnused();
  };

  #guarded(work: () => void): void {
    try {
      work();
      this.#endIfUnused();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nobody has seen the view yet. It is written in any case, for its size: so it is encoded for those who will need it. */
  #begin(view: View): void {
    const written = this.#written(view);
    const { itemTexts: _, ...content } = written;
    const isHeld = this.#asks.every(({ held }) => held !== undefined && isSameDigest(held, content.digest));
    if (!isHeld) this.#encodeWhole(written);
    this.#content = content;
  }

  #publish(before: FeedContent, view: View): void {
    if (view.index <= before.index) return;
    this.#context.wholes.delete(this);
    const change = encodeChange(this, before, view);
    if (change === undefined) this.#publishWhole(before, view);
    else this.#spread('change', before, change);
  }

  #publishWhole(before: FeedContent, view: View): void {
    const written = this.#written(view);
    const { itemTexts: _, ...content } = written;
    this.#spread('view', before, { content, bytes: this.#encodeWhole(written) });
  }

  /** Written as far as the most patient reader takes it. Throws VIEW_TOO_LARGE. */
  #written(view: View): WrittenContent {
    const limits = [...this.#followers, ...this.#asks.map(({ follower }) => follower)].map(({ maxViewBytes }) => maxViewBytes);
    const most = limits.reduce((a, b) => Math.max(a, b), 0);
    const written = writeContent(this, view, most);
    if (written === undefined) throw tooLarge(this);
    return written;
  }

  #spread(kind: 'change' | 'view', before: FeedContent, { content, bytes }: { content: FeedContent; bytes: Uint8Array }): void {
    this.#context.meters.changes += 1;
    this.#content = content;
    const difference = subtractDigests(content.digest, before.digest);
    for (const follower of this.#followers) {
      follower.addDigest(difference);
      if (content.sizeBytes > follower.maxViewBytes) this.#refuse(follower, tooLarge(this));
      else follower.send(kind, bytes);
    }
  }

  #answerAll(): void {
    const content = this.#content;
    if (content === undefined) return;
    for (const ask of this.#asks.splice(0)) this.#answer(ask, content);
  }

  #answer({ follower, held, once }: Ask, content: FeedContent): void {
    if (follower.isOver) return;
    if (content.sizeBytes > follower.maxViewBytes) {
      this.#refuse(follower, tooLarge(this));
      return;
    }
    if (held !== undefined && isSameDigest(held, content.digest)) this.#confirm(follower, content);
    else this.#sendWhole(follower, content, held !== undefined);
    if (once || follower.isOver || this.#followers.has(follower)) return;
    this.#followers.add(follower);
    follower.followed(this);
    follower.addDigest(content.digest);
  }

  #confirm(follower: Follower, { index }: FeedContent): void {
    this.#context.meters.resumedSame += 1;
    follower.send('same', encodeFrame({ t: 'same', topic: this.topic.name, key: this.key, index }));
  }

  #sendWhole(follower: Follower, content: FeedContent, isResumed: boolean): void {
    if (isResumed) this.#context.meters.resumedWhole += 1;
    const bytes = this.#context.wholes.get(this) ?? this.#encodeWhole(this.#rewritten(content));
    follower.send('view', bytes);
  }

  /** What was published has been within the bound of some reader. */
  #rewritten(content: FeedContent): WrittenContent {
    const written = writeContent(this, content, content.sizeBytes);
    if (written === undefined) throw tooLarge(this);
    return written;
  }

  #encodeWhole(content: WrittenContent): Uint8Array {
    const bytes = encodeWhole(this, content);
    this.#context.meters.wholes += 1;
    this.#context.wholes.set(this, bytes);
    return bytes;
  }

  #refuse(follower: Follower, error: unknown): void {
    this.#context.meters.noViews += 1;
    follower.send('noview', encodeFrame({ t: 'noview', topic: this.topic.name, key: this.key, error: toWireError(error) }));
    this.#unfollow(follower);
  }

  #unfollow(follower: Follower): void {
    if (!this.#followers.delete(follower)) return;
    follower.addDigest(subtractDigests(EMPTY_DIGEST, this.#content?.digest ?? EMPTY_DIGEST));
    follower.unfollowed(this);
  }

  #endIfUnused(): void {
    if (this.#isOver || this.#followers.size > 0 || this.#asks.length > 0) return;
    this.#isOver = true;
    this.#unwait?.();
    this.#context.wholes.delete(this);
    this.#context.ended(this);
  }
}

const tooLarge = ({ topic, key }: ViewPlace): KonsulError =>
  new KonsulError('VIEW_TOO_LARGE', `The view ${topic.name} ${JSON.stringify(key)} is larger than this agent holds`);
