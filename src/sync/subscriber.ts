/**
 * Follows views over one link: subscribes, checks that every change follows on what is held and leads to the digest it says, and hands
 * on what was proved right. What does not fit is doubted and asked for anew. The sink holds; here is only what the link is about.
 * DESIGN section 4, "Digests".
 */
import { addDigests, type Digest, EMPTY_DIGEST, isSameDigest, subtractDigests } from '../model/digest.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Topic } from '../topics/topic.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { fromWireError } from './codec-error.ts';
import type { Heartbeat, NoView, SameView, Unsubscribed, Upstream, ViewChange, WholeView } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import { SubscriberBreaks } from './subscriber-breaks.ts';
import { SubscriberQuestions } from './subscriber-questions.ts';
import { SubscriberShelf } from './subscriber-shelf.ts';
import { SubscribedView, viewId } from './subscriber-view.ts';
import type { ViewSink } from './view-sink.ts';

export interface SubscriberOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sink: ViewSink;
  readonly meters: AgentLinkMeters;
  /** Of the link. */
  readonly lineage: string;
  /** That the server had when it welcomed. */
  readonly serverIndex: number;
  /** The sums differ, although every view was compared: the link has to start over. */
  readonly disagree: () => void;
}

/** Down frames that are about views. */
export type ViewFrame = WholeView | ViewChange | SameView | NoView | Unsubscribed | Upstream;

/** The life of views on one link, whichever way they are kept up to date. */
export interface ViewTraffic {
  /** Asks for everything that the sink misses or holds, who waits first. */
  resume(): void;
  /** Somebody waits for it: a question that is still in its turn goes to the front. */
  subscribe(topic: Topic<unknown>, key: string): void;
  unsubscribe(topic: Topic<unknown>, key: string): void;
  /** `sizeBytes`: of the frame, as text. */
  receive(frame: ViewFrame, sizeBytes: number): void;
  heartbeat(frame: Heartbeat): void;
  /** The link has ended. */
  end(): void;
}

export class Subscriber implements ViewTraffic {
  readonly #options: SubscriberOptions;
  readonly #views = new Map<string, SubscribedView>();
  readonly #questions: SubscriberQuestions;
  readonly #shelf: SubscriberShelf;
  readonly #breaks: SubscriberBreaks;
  /** Views whose answer was no answer: asked for again at the next heartbeat, not in a loop. */
  #wrong = new Set<SubscribedView>();
  /** Of what the server counts. */
  #sum: Digest = EMPTY_DIGEST;
  #isComparing = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    const { sink, clock, logger } = options;
    this.#questions = new SubscriberQuestions({ ...options, isOnce: false, seen: () => sink.index });
    this.#shelf = new SubscriberShelf(options);
    this.#breaks = new SubscriberBreaks({ clock, logger, ask: (view) => this.#questions.ask(view) });
  }

  resume(): void {
    const { sink } = this.#options;
    for (const { topic, key } of sink.missing()) this.#questions.ask(this.#follow(topic, key));
    for (const { topic, key } of sink.held()) this.#questions.askInTurn(this.#follow(topic, key));
  }

  subscribe(topic: Topic<unknown>, key: string): void {
    const view = this.#follow(topic, key);
    if (view.phase === 'leaving') view.isWantedAgain = true;
    else {
      this.#questions.stay(view);
      this.#questions.ask(view);
    }
  }

  unsubscribe(topic: Topic<unknown>, key: string): void {
    const view = this.#views.get(viewId(topic.name, key));
    if (view === undefined) return;
    this.#shelf.forget(view);
    this.#breaks.forget(view);
    this.#wrong.delete(view);
    if (view.phase === 'leaving') view.isWantedAgain = false;
    else if (view.phase === 'new' && !this.#questions.isAsked(view)) this.#forget(view);
    else this.#questions.leave(view);
  }

  receive(frame: ViewFrame, sizeBytes: number): void {
    if (frame.t === 'upstream') this.#upstream(frame);
    else if (frame.t === 'unsubbed') this.#unsubbed(frame);
    else {
      // A view that is not known here is none of ours: if the server counts it, the sums will tell.
      const view = this.#views.get(viewId(frame.topic, frame.key));
      if (view !== undefined) this.#receive(view, frame, sizeBytes);
    }
    this.#gauge();
  }

  heartbeat({ i, d }: Heartbeat): void {
    if (i !== undefined) this.#shelf.serverIsAt(i);
    this.#questions.heartbeat();
    for (const view of this.#wrong) this.#questions.ask(view);
    this.#wrong = new Set();
    if (d !== undefined) this.#compare(d);
    this.#gauge();
  }

  end(): void {
    this.#shelf.setNotLive(undefined);
    this.#breaks.end();
    this.#questions.end();
    this.#views.clear();
    this.#options.meters.followedViews = 0;
  }

  #follow(topic: Topic<unknown>, key: string): SubscribedView {
    const known = this.#views.get(viewId(topic.name, key));
    if (known !== undefined) return known;
    const view = SubscribedView.from(topic, key, this.#options);
    this.#views.set(view.id, view);
    return view;
  }

  #receive(view: SubscribedView, frame: WholeView | ViewChange | SameView | NoView, sizeBytes: number): void {
    if (frame.t === 'change') {
      this.#change(view, frame, sizeBytes);
      return;
    }
    if (frame.t === 'view' && this.#questions.isAsked(view) && view.content !== undefined) this.#options.meters.resumedWhole += 1;
    if (view.phase !== 'leaving') this.#questions.answered(view);
    if (frame.t === 'view') this.#whole(view, frame, sizeBytes);
    else if (frame.t === 'same') this.#same(view, frame);
    else this.#refused(view, frame);
  }

  #whole(view: SubscribedView, frame: WholeView, sizeBytes: number): void {
    this.#countAs(view, frame.digest);
    if (view.phase === 'leaving') return;
    if (!view.take(frame, sizeBytes)) {
      this.#wrongAnswer(view);
      return;
    }
    this.#options.meters.wholeViews += 1;
    this.#isRight(view);
  }

  #change(view: SubscribedView, frame: ViewChange, sizeBytes: number): void {
    if (view.counted === undefined) return;
    this.#countAs(view, frame.digest);
    if (view.phase !== 'live') return;
    if (view.apply(frame, sizeBytes)) {
      this.#options.meters.changesApplied += 1;
      this.#isRight(view);
    } else {
      this.#doubt(view);
      this.#breaks.broke(view);
    }
  }

  #same(view: SubscribedView, { index }: SameView): void {
    if (view.digest !== undefined) this.#countAs(view, view.digest);
    if (view.phase === 'leaving') return;
    if (!view.moveTo(index)) {
      this.#wrongAnswer(view);
      return;
    }
    this.#options.meters.resumedSame += 1;
    this.#isRight(view);
  }

  #refused(view: SubscribedView, { error }: NoView): void {
    this.#countAs(view, undefined);
    if (view.phase === 'leaving') return;
    this.#forget(view);
    this.#options.sink.refuse(view.topic, view.key, fromWireError(error));
  }

  #unsubbed({ views }: Unsubscribed): void {
    for (const [topic, key] of views) {
      const view = this.#views.get(viewId(topic, key));
      if (view?.phase !== 'leaving') continue;
      this.#questions.answered(view);
      this.#countAs(view, undefined);
      this.#forget(view);
      if (view.isWantedAgain) this.subscribe(view.topic, view.key);
    }
  }

  #isRight(view: SubscribedView): void {
    view.phase = 'live';
    this.#breaks.right(view);
    this.#shelf.show(view);
  }

  #wrongAnswer(view: SubscribedView): void {
    this.#doubt(view);
    this.#wrong.add(view);
  }

  #doubt(view: SubscribedView): void {
    view.phase = 'doubted';
    this.#options.meters.brokenViews += 1;
    this.#options.sink.doubt(view.topic, view.key);
  }

  #forget(view: SubscribedView): void {
    this.#questions.withdraw(view);
    this.#questions.stay(view);
    this.#shelf.forget(view);
    this.#breaks.forget(view);
    this.#wrong.delete(view);
    this.#views.delete(view.id);
  }

  #countAs(view: SubscribedView, digest: Digest | undefined): void {
    if (view.counted !== undefined) this.#sum = subtractDigests(this.#sum, view.counted);
    if (digest !== undefined) this.#sum = addDigests(this.#sum, digest);
    view.counted = digest;
  }

  /** Both sides count the same frames in the same order: another sum means that something was lost or went wrong. */
  #compare(sum: Digest): void {
    if (isSameDigest(sum, this.#sum)) {
      this.#isComparing = false;
      return;
    }
    this.#options.meters.digestMismatches += 1;
    if (!this.#isComparing) {
      this.#isComparing = true;
      for (const view of this.#views.values()) if (view.phase !== 'leaving') this.#questions.askInTurn(view);
    } else if (this.#questions.isIdle) this.#options.disagree();
  }

  #upstream({ isLive, ageMs }: Upstream): void {
    if (isLive) {
      this.#shelf.setNotLive(undefined);
      for (const view of this.#views.values()) if (view.phase === 'live') this.#shelf.show(view);
      return;
    }
    const { clock } = this.#options;
    const sinceMs = clock.nowMs() - ageMs;
    this.#shelf.setNotLive({ reason: 'upstream', ageMs: () => clock.nowMs() - sinceMs });
  }

  #gauge(): void {
    const { meters } = this.#options;
    meters.followedViews = this.#views.size;
    if (this.#questions.isIdle) meters.appliedIndex = meters.serverIndex;
  }
}
