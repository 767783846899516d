/**
 * Keeps views up to date by asking, every so often, where pushes are not wanted (`sync.mode = "interval"`). Every question has its
 * answer and nothing follows it; between two answers a view is as old as the last one, and says so.
 */
import type { Timer } from '../runtime/clock.ts';
import type { Topic } from '../topics/topic.ts';
import { fromWireError } from './codec-error.ts';
import type { Heartbeat } from './frames.ts';
import type { SubscriberOptions, ViewFrame, ViewTraffic } from './subscriber.ts';
import { SubscriberQuestions } from './subscriber-questions.ts';
import { SubscriberShelf } from './subscriber-shelf.ts';
import { SubscribedView, viewId } from './subscriber-view.ts';

export interface IntervalOptions extends Omit<SubscriberOptions, 'disagree' | 'logger'> {
  readonly intervalMs: number;
}

export class IntervalSubscriber implements ViewTraffic {
  readonly #options: IntervalOptions;
  /** Those that are asked for and not answered. */
  readonly #views = new Map<string, SubscribedView>();
  readonly #questions: SubscriberQuestions;
  readonly #shelf: SubscriberShelf;
  /** Of the server when the round began. */
  #roundIndex = 0;
  #timer: Timer | undefined;

  constructor(options: IntervalOptions) {
    this.#options = options;
    const { sink } = options;
    this.#questions = new SubscriberQuestions({ ...options, isOnce: true, seen: () => sink.index });
    this.#shelf = new SubscriberShelf(options);
  }

  /** Asks now, and from here on every interval. */
  resume(): void {
    this.#shelf.setNotLive({ reason: 'interval', ageMs: () => 0 });
    this.#round();
  }

  subscribe(topic: Topic<unknown>, key: string): void {
    this.#questions.ask(this.#view(topic, key));
  }

  unsubscribe(topic: Topic<unknown>, key: string): void {
    const view = this.#views.get(viewId(topic.name, key));
    if (view === undefined || this.#questions.isAsked(view)) return;
    this.#questions.withdraw(view);
    this.#views.delete(view.id);
  }

  receive(frame: ViewFrame, sizeBytes: number): void {
    if (frame.t !== 'view' && frame.t !== 'same' && frame.t !== 'noview') return;
    const view = this.#views.get(viewId(frame.topic, frame.key));
    if (view === undefined) return;
    this.#questions.answered(view);
    this.#views.delete(view.id);
    const { sink, meters } = this.#options;
    if (frame.t === 'noview') sink.refuse(view.topic, view.key, fromWireError(frame.error));
    else if (frame.t === 'view' ? view.take(frame, sizeBytes) : view.moveTo(frame.index)) {
      if (frame.t === 'view') meters.wholeViews += 1;
      else meters.resumedSame += 1;
      this.#shelf.show(view);
    } else {
      meters.brokenViews += 1;
      sink.doubt(view.topic, view.key);
    }
    if (this.#questions.isIdle) meters.appliedIndex = this.#roundIndex;
  }

  heartbeat({ i }: Heartbeat): void {
    if (i !== undefined) this.#shelf.serverIsAt(i);
    this.#questions.heartbeat();
  }

  end(): void {
    this.#timer?.cancel();
    this.#shelf.setNotLive(undefined);
    this.#questions.end();
    this.#views.clear();
  }

  /** A round that is not answered yet goes on instead of a new one. */
  #round(): void {
    const { sink, clock, intervalMs, meters } = this.#options;
    this.#timer = clock.after(intervalMs, () => this.#round());
    if (!this.#questions.isIdle) return;
    this.#roundIndex = meters.serverIndex;
    for (const { topic, key } of sink.missing()) this.#questions.ask(this.#view(topic, key));
    for (const { topic, key } of sink.held()) this.#questions.askInTurn(this.#view(topic, key));
  }

  /** The view as it is held: the answer is short if nothing has changed. */
  #view(topic: Topic<unknown>, key: string): SubscribedView {
    const known = this.#views.get(viewId(topic.name, key));
    if (known !== undefined) return known;
    const view = SubscribedView.from(topic, key, this.#options);
    this.#views.set(view.id, view);
    return view;
  }
}
