/**
 * The subscriptions of one link, and the sum of their digests. Requests are taken in order, one view after the other: while the peer has
 * much to take already, and while this server is behind what the agent has seen, the rest waits. Changes never wait.
 */
import { addDigests, type Digest, EMPTY_DIGEST } from '../model/digest.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Ask, Followed, Follower } from './feed-follower.ts';
import type { HeldView, Subscribe, Unsubscribe, ViewName } from './frames.ts';
import type { Publisher } from './publisher.ts';
import type { CatchUp } from './serving-catch-up.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { Outflow } from './serving-outflow.ts';

export interface ServingViewsOptions {
  readonly publisher: Publisher;
  readonly outflow: Outflow;
  readonly catchUp: CatchUp;
  readonly meters: ServingMeters;
  readonly maxViewBytes: number;
  /** What the agent holds is of this lineage: its digests mean something. */
  readonly isSameLineage: boolean;
  /** Ends the link. */
  close(reason: string): void;
}

/** Of one link, followed or asked for. */
const MAX_SUBSCRIPTIONS = 100_000;
/** Of the keys of all subscriptions of a link together. */
const MAX_KEY_CHARS = 16 * 1_048_576;

interface Task {
  readonly frame: Subscribe | Unsubscribe;
  /** How many of its views have been seen to. */
  done: number;
  hasWaited: boolean;
}

export class ServingViews implements Follower {
  readonly maxViewBytes: number;
  readonly #options: ServingViewsOptions;
  readonly #followed = new Set<Followed>();
  readonly #tasks: Task[] = [];
  /** Views in all tasks. */
  #asked = 0;
  #keyChars = 0;
  #sum: Digest = EMPTY_DIGEST;
  #isPaused = false;
  #isOver = false;
  #stopWaiting: () => void = () => {};

  constructor(options: ServingViewsOptions) {
    this.#options = options;
    this.maxViewBytes = options.maxViewBytes;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many views are followed. */
  get size(): number {
    return this.#followed.size;
  }

  /** Of the digests of all views that are followed, as they were last sent. */
  get sum(): Digest {
    return this.#sum;
  }

  /**
   * Sees to a frame, after those that came before it. Throws TOO_MANY_CONNECTIONS for one more view than a link may ask for, TOO_LARGE
   * where no frame would carry the answer.
   */
  take(frame: Subscribe | Unsubscribe): void {
    if (this.#asked + frame.views.length > MAX_SUBSCRIPTIONS) throw tooMany();
    this.#asked += frame.views.length;
    this.#tasks.push({ frame, done: 0, hasWaited: false });
    this.#work();
  }

  send(kind: 'view' | 'change' | 'same' | 'noview', bytes: Uint8Array): void {
    this.#options.outflow.send(kind, bytes);
  }

  addDigest(difference: Digest): void {
    this.#sum = addDigests(this.#sum, difference);
  }

  followed(feed: Followed): void {
    this.#followed.add(feed);
    this.#keyChars += feed.key.length;
    this.#options.meters.subscriptions += 1;
  }

  unfollowed(feed: Followed): void {
    if (!this.#followed.delete(feed)) return;
    this.#keyChars -= feed.key.length;
    this.#options.meters.subscriptions -= 1;
  }

  /** Follows nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#stopWaiting();
    this.#tasks.length = 0;
    for (const feed of this.#followed) feed.drop(this);
  }

  #work(): void {
    while (!this.#isPaused && !this.#isOver) {
      const task = this.#tasks[0];
      if (task === undefined) return;
      if (task.frame.t === 'unsub') this.#unsubscribe(task.frame);
      else if (this.#isTooEarly(task.frame, task)) return;
      else this.#subscribe(task.frame, task);
    }
  }

  #unsubscribe(frame: Unsubscribe): void {
    for (const name of frame.views) this.#options.publisher.drop(name, this);
    this.#options.outflow.frame({ t: 'unsubbed', views: frame.views });
    this.#finish(frame);
  }

  #isTooEarly({ seen }: Subscribe, task: Task): boolean {
    const { catchUp } = this.#options;
    if (task.hasWaited || !catchUp.isBehind(seen)) return false;
    task.hasWaited = true;
    this.#isPaused = true;
    this.#stopWaiting = catchUp.wait(seen, this.#resume);
    return true;
  }

  /** The next view of the frame. */
  #subscribe(frame: Subscribe, task: Task): void {
    const view = frame.views[task.done];
    task.done += 1;
    if (view !== undefined) this.#ask(view, frame.once === true);
    if (task.done >= frame.views.length) this.#finish(frame);
    if (!this.#options.outflow.isLong) return;
    this.#isPaused = true;
    this.#options.outflow.whenShort(this.#resume);
  }

  #ask(view: ViewName | HeldView, once: boolean): void {
    const { publisher, isSameLineage } = this.#options;
    const [name, held] = 'topic' in view ? [[view.topic, view.key] as const, view.digest] : [view, undefined];
    const ask: Ask = { follower: this, held: isSameLineage ? held : undefined, once };
    const isFull = this.#followed.size >= MAX_SUBSCRIPTIONS || this.#keyChars + name[1].length > MAX_KEY_CHARS;
    if (isFull && !once) publisher.refuse(name, this, tooMany());
    else publisher.ask(name, ask);
  }

  #finish(frame: Subscribe | Unsubscribe): void {
    this.#asked -= frame.views.length;
    this.#tasks.shift();
  }

  /** Called by a timer, which must not be thrown at: what cannot be answered ends the link here too. */
  readonly #resume = (): void => {
    this.#isPaused = false;
    try {
      this.#work();
    } catch (error) {
      this.#options.close(messageOf(error));
    }
  };
}

const tooMany = (): KonsulError => new KonsulError('TOO_MANY_CONNECTIONS', `A link may follow ${MAX_SUBSCRIPTIONS} views`);
