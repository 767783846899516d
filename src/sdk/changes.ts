/**
 * What a watch gives: an async iterator of states. It gives the newest one, never an older one than before, and skips what came and went
 * while nobody asked; what it must not skip, it says: that the history before is void. Ends with its loop, its signal, or its connection.
 */
import { KonsulError } from '../runtime/errors.ts';
import { holdProcess } from '../runtime/hold-process.ts';
import type { View } from '../topics/view.ts';
import type { Feed } from './feed.ts';
import type { WatchFreshness } from './freshness.ts';

export interface Change<V> {
  readonly value: V;
  /** Grows from change to change, except where `isReset`; of events it has no order. */
  readonly index: number;
  /** The servers were restored, or lost what they had: this does not follow from the states before. */
  readonly isReset: boolean;
}

/** For one loop: a `break`, a `return` or a throw ends the watch and frees all it held. */
export interface Changes<V> extends AsyncIterableIterator<Change<V>, undefined, undefined> {
  /** Of the newest state; what fails is tried again inside and shown here. */
  readonly freshness: WatchFreshness;
  return(): Promise<IteratorReturnResult<undefined>>;
}

export interface WatchOptions {
  /** Ends the watch: the loop ends as if there were no more changes. */
  readonly signal?: AbortSignal;
}

/** Makes of a view what is shown; `undefined`: the same as was shown last. `isFirst`: nothing was shown yet, or all of it is void. */
export type Shows<T, V> = (view: View<T>, isFirst: boolean) => { readonly value: V } | undefined;

/** Trying again does not help against these: the loop is told. */
const FINAL_CODES: readonly string[] = ['PERMISSION_DENIED', 'BAD_REQUEST', 'METHOD_NOT_ALLOWED', 'NOT_FOUND', 'KONSUL_INVARIANT'];

export class FeedChanges<T, V> implements Changes<V> {
  readonly #feed: Feed<T>;
  readonly #shows: Shows<T, V>;
  readonly #signal: AbortSignal | undefined;
  readonly #unfollow: () => void;
  #isEnded = false;
  #seen: View<T> | undefined;
  #seenResets: number;
  #isFirst = true;
  #wake: () => void = () => {};
  /** The last of the steps that were asked for: they are taken one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(feed: Feed<T>, shows: Shows<T, V>, { signal }: WatchOptions = {}) {
    this.#feed = feed;
    this.#shows = shows;
    this.#signal = signal;
    this.#seenResets = feed.resets;
    this.#unfollow = feed.follow(() => this.#wake());
    if (signal?.aborted === true) this.#end();
    else signal?.addEventListener('abort', this.#end);
  }

  get freshness(): WatchFreshness {
    return this.#feed.freshness();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Change<V>, undefined>> {
    const step = this.#last.then(() => this.#step());
    this.#last = step.catch(() => {});
    return step;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#end();
    return ENDED;
  }

  readonly #end = (): void => {
    this.#isEnded = true;
    this.#signal?.removeEventListener('abort', this.#end);
    this.#unfollow();
    this.#wake();
  };

  async #step(): Promise<IteratorResult<Change<V>, undefined>> {
    while (!this.#isEnded) {
      const change = this.#change();
      if (change !== undefined) return { done: false, value: change };
      const { error, isClosed } = this.#feed;
      if (isClosed) this.#end();
      if (error !== undefined && FINAL_CODES.includes(error.code)) {
        this.#end();
        throw new KonsulError(error.code, error.message, { cause: error });
      }
      if (this.#isEnded) break;
      await this.#woken();
    }
    return ENDED;
  }

  /** Who waits for a change wants to be there when it comes, whatever else the process has to do. */
  async #woken(): Promise<void> {
    const letGo = holdProcess();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    letGo();
  }

  #change(): Change<V> | undefined {
    const { view, resets } = this.#feed;
    if (view === undefined || view === this.#seen) return undefined;
    const isReset = resets !== this.#seenResets;
    const shown = this.#shows(view, this.#isFirst || isReset);
    this.#seen = view;
    if (shown === undefined) return undefined;
    this.#seenResets = resets;
    this.#isFirst = false;
    return { value: shown.value, index: view.index, isReset };
  }
}

const ENDED: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** What is asked of a connection, or of a handle, that was closed. */
export const closedError = (): KonsulError => new KonsulError('SHUTTING_DOWN', 'the connection to Konsul is closed');
