/** Who waits for views to move: blocking queries, and readers that are served from this cache. A view that is waited for is pinned. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { WaitOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { Budget } from './budget.ts';
import type { Counters } from './counters.ts';
import type { Entry, Waiter } from './entry.ts';
import type { EntryTable } from './entry-table.ts';
import type { Fetcher } from './fetcher.ts';
import type { Keeper } from './keeper.ts';

export interface WaitsOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly entries: EntryTable;
  readonly budget: Budget;
  readonly keeper: Keeper;
  readonly fetcher: () => Fetcher;
}

/** Below every index: woken by any change. */
const ANY_CHANGE = -1;

export class Waits {
  readonly #options: WaitsOptions;
  readonly #all = new Set<Waiter>();
  #isStopped = false;

  constructor(options: WaitsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#all.size;
  }

  /** See `Backend.wait`. */
  wait(topic: Topic<unknown>, key: string, { index, timeoutMs, signal }: WaitOptions & { readonly index: number }): Promise<boolean> {
    if (this.#isStopped || signal.aborted) return Promise.resolve(false);
    const found = this.#options.entries.get(topic, key);
    const isUnknowable = found === undefined && !this.#options.fetcher().isLinked;
    if (isUnknowable || found?.state === 'refused' || (found?.view?.index ?? 0) > index) return Promise.resolve(false);
    const entry = this.#pinnable(topic, key, found);
    if (entry === undefined) return Promise.reject(noRoom());
    return new Promise((resolve) => {
      const done = (isReplaced: boolean): void => {
        timer.cancel();
        signal.removeEventListener('abort', giveUp);
        resolve(isReplaced);
      };
      const giveUp = (): void => {
        this.#remove(entry, waiter);
        done(false);
      };
      const waiter: Waiter = { index, wake: done };
      const timer = this.#options.clock.after(timeoutMs, giveUp);
      signal.addEventListener('abort', giveUp);
      this.#add(entry, waiter);
    });
  }

  /** Calls `wake` once, in the same step as the next change of the view, or when it has to leave. Returns how to end that. */
  watch(topic: Topic<unknown>, key: string, wake: () => void): () => void {
    const entry = this.#pinnable(topic, key, this.#options.entries.get(topic, key));
    if (entry === undefined) throw noRoom();
    const waiter: Waiter = { index: ANY_CHANGE, wake: () => wake() };
    this.#add(entry, waiter);
    return () => this.#remove(entry, waiter);
  }

  /** Takes out, to be woken, who waits for what an entry shows now: all of them if it was replaced. They do not pin it any more. */
  take(entry: Entry, isReplaced: boolean): readonly Waiter[] {
    const { waiters, view } = entry;
    if (waiters === undefined) return [];
    const taken = isReplaced || view === undefined ? [...waiters] : [...waiters].filter(({ index }) => view.index > index);
    for (const waiter of taken) this.#forget(entry, waiter);
    return taken;
  }

  /** Wakes everybody who waits for an entry, without news. */
  release(entry: Entry): void {
    for (const waiter of [...(entry.waiters ?? [])]) {
      this.#forget(entry, waiter);
      waiter.wake(false);
    }
  }

  /** Wakes everybody; from then on nobody waits. */
  stop(): void {
    this.#isStopped = true;
    for (const entry of [...this.#options.entries]) this.release(entry);
  }

  /** The entry to wait on: subscribed to if nothing is held of it. `undefined`: there is no room. */
  #pinnable(topic: Topic<unknown>, key: string, found: Entry | undefined): Entry | undefined {
    const { budget, keeper, fetcher, counters } = this.#options;
    if (!budget.hasRoomToPin(found, key)) {
      counters.noRoom += 1;
      return undefined;
    }
    if (found !== undefined) return found;
    const entry = keeper.add(topic, key);
    fetcher().subscribe(topic, key);
    return entry;
  }

  #add(entry: Entry, waiter: Waiter): void {
    this.#all.add(waiter);
    const isFirst = entry.waiters === undefined;
    entry.waiters ??= new Set();
    entry.waiters.add(waiter);
    if (isFirst) this.#options.keeper.place(entry);
  }

  #remove(entry: Entry, waiter: Waiter): void {
    if (!this.#forget(entry, waiter) || entry.waiters !== undefined) return;
    const isUnwanted = entry.state === 'asked' && entry.ask === undefined && !entry.isKept;
    if (isUnwanted) this.#options.keeper.drop(entry);
    else this.#options.keeper.place(entry);
  }

  /** Whether it was there. */
  #forget(entry: Entry, waiter: Waiter): boolean {
    this.#all.delete(waiter);
    if (!entry.waiters?.delete(waiter)) return false;
    if (entry.waiters.size === 0) entry.waiters = undefined;
    return true;
  }
}

/** The answer must come from a server: there is no room to hold more views for those who wait. */
const noRoom = (): KonsulError => new KonsulError('VIEW_TOO_LARGE', 'There is no room in the cache to wait for more views');
