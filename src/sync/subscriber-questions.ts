/**
 * The views that are to be asked for on one link: gathered for a moment into frames of at most 500. Who waits comes first; what is only
 * brought up to date follows in its order, a frame at a time, so that the first are answered before the last are asked for.
 */
import type { Clock } from '../runtime/clock.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import type { Outgoing } from './outgoing.ts';
import type { SubscribedView } from './subscriber-view.ts';

export interface QuestionsOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly meters: AgentLinkMeters;
  /** Answers are wanted once, without what follows. */
  readonly isOnce: boolean;
  /** The highest index seen in this lineage. */
  readonly seen: () => number;
}

const MAX_VIEWS_PER_FRAME = 500;
/** A question that is not answered by then was lost, on whichever side: no transport loses anything, but no promise hangs on it here. */
const PATIENCE_HEARTBEATS = 3;

export class SubscriberQuestions {
  readonly #options: QuestionsOptions;
  readonly #urgent = new Set<SubscribedView>();
  readonly #patient = new Set<SubscribedView>();
  #leaving = new Set<SubscribedView>();
  /** What was sent and is not answered, subscribed or unsubscribed, and how many heartbeats have come since. */
  readonly #asked = new Map<SubscribedView, number>();
  #isSending = false;
  #isOver = false;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Everything that was asked is answered, and nothing is left to ask. */
  get isIdle(): boolean {
    return this.#asked.size === 0 && this.#urgent.size === 0 && this.#patient.size === 0;
  }

  /** An answer is on its way. */
  isAsked(view: SubscribedView): boolean {
    return this.#asked.has(view);
  }

  /** Somebody waits for it. */
  ask(view: SubscribedView): void {
    this.#patient.delete(view);
    this.#add(this.#urgent, view);
  }

  /** It is to be compared, or held, and nobody waits. */
  askInTurn(view: SubscribedView): void {
    if (!this.#urgent.has(view)) this.#add(this.#patient, view);
  }

  /** Unsubscribes from it, unless it is asked for again at once. */
  leave(view: SubscribedView): void {
    this.withdraw(view);
    this.#leaving.add(view);
    this.#sendSoon();
  }

  /** True if it was about to leave, and stays. */
  stay(view: SubscribedView): boolean {
    return this.#leaving.delete(view);
  }

  /** It is not to be asked for any more, if it has not been yet. */
  withdraw(view: SubscribedView): void {
    this.#urgent.delete(view);
    this.#patient.delete(view);
  }

  /** An answer came. */
  answered(view: SubscribedView): void {
    this.#asked.delete(view);
    this.#gauge();
    if (this.#patient.size > 0 && this.#hasRoom) this.#sendSoon();
  }

  /** A heartbeat of the server: what it has left open for long is asked again, and what is in turn goes on. */
  heartbeat(): void {
    for (const [view, beats] of this.#asked) {
      if (beats < PATIENCE_HEARTBEATS) this.#asked.set(view, beats + 1);
      else this.#askAgain(view);
    }
    if (this.#patient.size > 0) this.#sendFrame();
  }

  /** The link has ended: nothing is sent any more. */
  end(): void {
    this.#isOver = true;
    this.#asked.clear();
    this.#gauge();
  }

  #askAgain(view: SubscribedView): void {
    this.#asked.delete(view);
    if (view.phase === 'leaving') this.leave(view);
    else this.ask(view);
  }

  get #hasRoom(): boolean {
    return this.#asked.size <= MAX_VIEWS_PER_FRAME / 2;
  }

  #add(queue: Set<SubscribedView>, view: SubscribedView): void {
    if (this.#asked.has(view)) return;
    queue.add(view);
    this.#sendSoon();
  }

  #sendSoon(): void {
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#options.clock.pause().then(() => {
      this.#isSending = false;
      if (!this.#isOver) this.#send();
    });
  }

  #send(): void {
    this.#sendLeaving();
    while (this.#urgent.size > 0) this.#sendFrame();
    if (this.#patient.size > 0 && this.#hasRoom) this.#sendFrame();
  }

  #sendLeaving(): void {
    const leaving = [...this.#leaving];
    this.#leaving = new Set();
    for (const view of leaving) {
      view.phase = 'leaving';
      view.drop();
      this.#asked.set(view, 0);
    }
    for (let from = 0; from < leaving.length; from += MAX_VIEWS_PER_FRAME) {
      const views = leaving.slice(from, from + MAX_VIEWS_PER_FRAME).map(({ topic, key }) => [topic.name, key] as const);
      this.#options.outgoing.send({ t: 'unsub', views });
    }
  }

  #sendFrame(): void {
    const { outgoing, isOnce, seen } = this.#options;
    const views = [...take(this.#urgent, MAX_VIEWS_PER_FRAME)];
    views.push(...take(this.#patient, MAX_VIEWS_PER_FRAME - views.length));
    for (const view of views) this.#asked.set(view, 0);
    this.#gauge();
    const questions = views.map((view) => view.question());
    outgoing.send({ t: 'sub', views: questions, ...(isOnce ? { once: true } : {}), seen: seen() });
  }

  #gauge(): void {
    this.#options.meters.unansweredViews = this.#asked.size;
  }
}

/** Takes the oldest out of a set. */
function* take<T>(set: Set<T>, most: number): Iterable<T> {
  let left = most;
  for (const member of set) {
    if (left === 0) return;
    left -= 1;
    set.delete(member);
    yield member;
  }
}
