/**
 * One view as the subscribing half follows it: the last content that was proved right, and what the server counts for it. Pure: it asks
 * nobody and tells nobody.
 */
import { type Digest, isSameDigest } from '../model/digest.ts';
import type { Topic } from '../topics/topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import type { HeldView, ViewChange, ViewName, WholeView } from './frames.ts';
import { applyDelta, digestAfter } from './view-delta.ts';
import type { SinkContent, ViewSink } from './view-sink.ts';

/**
 * `new`: no answer has come on this link. `live`: what is held is right, and changes follow. `doubted`: a change did not fit; what is
 * held was right at its index. `leaving`: unsubscribed, and the server has not confirmed it.
 */
export type ViewPhase = 'new' | 'live' | 'doubted' | 'leaving';

/** What names a view everywhere on this side. */
export const viewId = (topic: string, key: string): string => `${topic}\n${key}`;

export class SubscribedView {
  readonly topic: Topic<unknown>;
  readonly key: string;
  phase: ViewPhase = 'new';
  /** While leaving: it is wanted once more. */
  isWantedAgain = false;
  /** What the server's sum has for it; `undefined`: nothing. */
  counted: Digest | undefined;
  #content: SinkContent | undefined;
  #digest: Digest | undefined;

  constructor(topic: Topic<unknown>, key: string) {
    this.topic = topic;
    this.key = key;
  }

  /** As the sink holds it: what is of another lineage counts for nothing. */
  static from(
    topic: Topic<unknown>,
    key: string,
    { sink, lineage }: { readonly sink: ViewSink; readonly lineage: string },
  ): SubscribedView {
    const view = new SubscribedView(topic, key);
    const held = sink.get(topic, key);
    if (held !== undefined && lineage !== '' && held.lineage === lineage)
      view.#content = { index: held.index, items: held.items, sizeBytes: held.sizeBytes };
    return view;
  }

  get id(): string {
    return viewId(this.topic.name, this.key);
  }

  get content(): SinkContent | undefined {
    return this.#content;
  }

  /** Of the content. Reckoned once, when first needed; `undefined` without content. */
  get digest(): Digest | undefined {
    if (this.#content !== undefined) this.#digest ??= digestOrNothing(this.topic, this.#content.items);
    return this.#digest;
  }

  /** How it is asked for: with what is held, so that the answer may be that it is the same. */
  question(): ViewName | HeldView {
    const { topic, key, content, digest } = this;
    return content === undefined || digest === undefined ? [topic.name, key] : { topic: topic.name, key, index: content.index, digest };
  }

  /** Takes a whole view. What is held stays the same object if it is the same. False: its digest is not the one that it claims. */
  take({ index, items, digest }: WholeView, sizeBytes: number): boolean {
    const actual = digestOrNothing(this.topic, items);
    if (actual === undefined || !isSameDigest(actual, digest)) return false;
    const isSame = this.digest !== undefined && isSameDigest(this.digest, digest) && this.#isInOrder(items);
    if (isSame) this.moveTo(index);
    else this.#content = { index, items, sizeBytes };
    this.#digest = digest;
    return true;
  }

  /** Digests know no order: whether what is held, which has the same, is in that of `items`. */
  #isInOrder(items: readonly unknown[]): boolean {
    const held = this.#content?.items;
    return held?.length === items.length && held.every((item, at) => this.topic.idOf(item) === this.topic.idOf(items[at]));
  }

  /** What is held is right, at this index. False: nothing is held. */
  moveTo(index: number): boolean {
    if (this.#content === undefined) return false;
    if (this.#content.index !== index) this.#content = { ...this.#content, index };
    return true;
  }

  /** Applies a change. False, with nothing changed, if it does not follow on what is held or leads to another digest than it says. */
  apply(change: ViewChange, sizeBytes: number): boolean {
    const { content: held, digest: before } = this;
    if (held === undefined || before === undefined || change.from !== held.index) return false;
    const items = applyDelta(held.items, change);
    if (items === undefined) return false;
    const digest = digestAfterOrNothing(this.topic, { items: held.items, digest: before }, change);
    if (digest === undefined || !isSameDigest(digest, change.digest)) return false;
    const isSame = change.gone.length === 0 && change.put.length === 0;
    this.#content = isSame
      ? { ...held, index: change.index }
      : { index: change.index, items, sizeBytes: sizeAfter(held, change, sizeBytes) };
    this.#digest = digest;
    return true;
  }

  /** Lets go of what is held: nobody wants it. Its digest stays, for the server may still call it the same. */
  drop(): void {
    this.#content = undefined;
  }
}

/** About: what goes is taken to be of middling size. */
function sizeAfter({ sizeBytes, items }: SinkContent, { gone }: ViewChange, addedBytes: number): number {
  return Math.round(sizeBytes * (1 - gone.length / Math.max(items.length, 1))) + addedBytes;
}

/** `undefined` for items that are none of the topic: a server may send anything. */
function digestOrNothing(topic: Topic<unknown>, items: readonly unknown[]): Digest | undefined {
  try {
    return viewDigest(topic, items);
  } catch {
    return undefined;
  }
}

function digestAfterOrNothing(
  topic: Topic<unknown>,
  held: { readonly items: readonly unknown[]; readonly digest: Digest },
  change: ViewChange,
): Digest | undefined {
  try {
    return digestAfter(topic, held, change);
  } catch {
    return undefined;
  }
}
