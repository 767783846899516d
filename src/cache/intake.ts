/**
 * What arrives from the servers, and what has arrived: the cache as the sink of the link (`ViewSink`). Makes views of contents, keeps each
 * lineage's indexes from going back, has the guard judge losses, and knows since when there is no contact.
 */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Freshness, StaleReason } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { type Asks, noServers } from './asks.ts';
import type { Budget } from './budget.ts';
import type { Counters } from './counters.ts';
import type { Content, Entry, Known, Waiter } from './entry.ts';
import type { EntryTable } from './entry-table.ts';
import type { Fetcher } from './fetcher.ts';
import type { Guard } from './guard.ts';
import type { Keeper } from './keeper.ts';
import type { CacheSettings } from './settings.ts';
import type { Waits } from './waits.ts';

export interface IntakeOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: CacheSettings;
  readonly counters: Counters;
  readonly entries: EntryTable;
  readonly budget: Budget;
  readonly keeper: Keeper;
  readonly asks: Asks;
  readonly waits: Waits;
  readonly guard: Guard;
  readonly fetcher: () => Fetcher;
  /** Something is other than it was: for the snapshot. */
  readonly changed: () => void;
}

/** A view as it came, and where it belongs. */
export interface HeldContent extends Known {
  readonly topic: Topic<unknown>;
  readonly key: string;
}

export class Intake {
  readonly #options: IntakeOptions;
  #lineage = '';
  #seen = 0;
  #index = 0;
  /** `undefined` while there is contact. */
  #lost: { readonly sinceMs: number; readonly reason: StaleReason } | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#lost = { sinceMs: options.clock.nowMs(), reason: 'link-down' };
  }

  get lineage(): string {
    return this.#lineage;
  }

  /** The highest index ever seen, in any lineage. */
  get seen(): number {
    return this.#seen;
  }

  /** The highest index seen in this lineage. */
  get index(): number {
    return this.#index;
  }

  /** Of this process as a whole. */
  freshness(nowMs: number): Freshness {
    if (this.#lost === undefined) return { isLive: true };
    return { isLive: false, ageMs: Math.max(nowMs - this.#lost.sinceMs, 0), reason: this.#lost.reason };
  }

  *held(): Iterable<HeldContent> {
    for (const { topic, key, known } of this.#options.budget.byWorth()) if (known !== undefined) yield { topic, key, ...known };
  }

  *missing(): Iterable<{ readonly topic: Topic<unknown>; readonly key: string }> {
    for (const entry of this.#options.entries) if (entry.state === 'asked') yield entry;
  }

  get(topic: Topic<unknown>, key: string): HeldContent | undefined {
    const known = this.#options.entries.get(topic, key)?.known;
    return known && { topic, key, ...known };
  }

  put(topic: Topic<unknown>, key: string, content: Content): void {
    const { entries, budget, settings, counters, guard } = this.#options;
    const entry = entries.get(topic, key);
    if (entry === undefined || entry.state === 'refused') return;
    if (entry.known?.lineage === this.#lineage && content.index < entry.known.index) {
      counters.backwards += 1;
      return;
    }
    if (content.sizeBytes > settings.maxViewBytes || !budget.fits(key, content)) {
      this.refuse(topic, key, tooLarge());
      return;
    }
    this.#saw(content.index);
    const known: Known = { index: content.index, items: content.items, sizeBytes: content.sizeBytes, lineage: this.#lineage };
    const kept = guard.judge(entry, known);
    if (kept === undefined) this.#show(entry, known, true);
    else this.#hold(entry, known, kept);
  }

  confirm(topic: Topic<unknown>, key: string, index: number): void {
    const entry = this.#options.entries.get(topic, key);
    if (entry?.known === undefined || entry.known.lineage !== this.#lineage) return;
    this.#saw(index);
    entry.markCurrent();
    if (index > entry.known.index) this.#moveTo(entry, { ...entry.known, index });
    this.#options.asks.answered(entry);
  }

  refuse(topic: Topic<unknown>, key: string, error: KonsulError): void {
    const entry = this.#options.entries.get(topic, key);
    if (entry === undefined || entry.state === 'refused') return;
    if (error.code === 'VIEW_TOO_LARGE') this.#refuseForAWhile(entry, error);
    else this.#fail(entry, error);
  }

  doubt(topic: Topic<unknown>, key: string): void {
    this.#options.entries.get(topic, key)?.markStale(this.#options.clock.nowMs(), 'digest-mismatch');
  }

  linked(lineage: string): void {
    this.#lost = undefined;
    if (lineage !== this.#lineage) {
      this.#markAllStale(this.#options.clock.nowMs(), 'link-down');
      if (this.#lineage !== '') this.#options.guard.lost();
      this.#lineage = lineage;
      this.#index = 0;
    }
    this.#options.guard.regained();
  }

  unlinked(reason: StaleReason, ageMs: number): void {
    const sinceMs = this.#options.clock.nowMs() - Math.max(ageMs, 0);
    this.#lost ??= { sinceMs, reason };
    this.#markAllStale(sinceMs, reason);
    if (reason === 'interval') return;
    this.#endAsks();
    if (reason !== 'upstream') this.#options.guard.lost();
  }

  /** Takes in what a former run held, true until `sinceMs`. Replaces nothing. False: there is no room for it. */
  restore({ topic, key, looks, ...known }: HeldContent & { readonly looks: number }, sinceMs: number): boolean {
    const { entries, keeper, budget } = this.#options;
    if (entries.get(topic, key) !== undefined) return true;
    if (!budget.hasRoomFor(key, known)) return false;
    const entry = keeper.add(topic, key);
    this.#show(entry, known, false);
    entry.markOld(sinceMs);
    entry.frequency = looks;
    return true;
  }

  /** Begins where a former run ended, unless there is a link already. */
  resume(lineage: string, seen: number): void {
    if (this.#lineage === '') this.#lineage = lineage;
    this.#seen = Math.max(this.#seen, seen);
    if (this.#lost !== undefined) this.#options.guard.lost();
  }

  /** These instances on a node were deregistered by this agent: that they are gone is no loss. */
  forget(ids: readonly string[]): void {
    const { guard } = this.#options;
    guard.forget(ids);
    for (const entry of guard.held()) {
      const known = entry.known;
      if (known !== undefined) this.#judgeAgain(entry, known);
    }
  }

  /** These instances on a node are registered by this agent again. */
  remember(ids: readonly string[]): void {
    this.#options.guard.remember(ids);
  }

  /** The time of a view that was held back is over. */
  release(entry: Entry): void {
    if (entry.known !== undefined) this.#show(entry, entry.known, entry.isCurrent);
  }

  /** Who waited for content reads again, and is told why there is none. */
  #refuseForAWhile(entry: Entry, error: KonsulError): void {
    const { keeper, waits, asks, guard, fetcher } = this.#options;
    guard.drop(entry);
    entry.refuse(error);
    fetcher().unsubscribe(entry.topic, entry.key);
    asks.failed(entry, error);
    waits.release(entry);
    keeper.place(entry);
  }

  /** What is held stays, and is not live any more; where nothing is, nobody need wait. */
  #fail(entry: Entry, error: KonsulError): void {
    const { waits, asks, clock } = this.#options;
    entry.markStale(clock.nowMs(), 'refresh-failed');
    if (entry.state === 'asked') waits.release(entry);
    asks.failed(entry, error);
  }

  #judgeAgain(entry: Entry, known: Known): void {
    const kept = this.#options.guard.judge(entry, known);
    if (kept === undefined) this.release(entry);
    else if (kept !== entry.view?.items) this.#hold(entry, known, kept);
  }

  /** Shows content in place of what was shown, and wakes who waits for it. */
  #show(entry: Entry, known: Known, isCurrent: boolean): void {
    const { guard, asks, waits } = this.#options;
    const isPassed = entry.isGuarded && entry.view !== undefined && entry.view.index >= known.index;
    const isReplaced = entry.shown !== undefined && (entry.shown.lineage !== known.lineage || isPassed);
    guard.drop(entry);
    entry.known = known;
    entry.renderedBytes = 0;
    entry.show(this.#viewOf(entry, known.index, known.items));
    if (isCurrent) {
      entry.markCurrent();
      asks.answered(entry);
    }
    this.#settle(entry, waits.take(entry, isReplaced), isReplaced);
  }

  /**
   * Goes on showing what was shown, of which `kept` has what nobody here deregistered, and what is new. Only for what is new the index
   * moves and watchers wake: to below that of `known`, for they must wake to it later.
   */
  #hold(entry: Entry, known: Known, kept: readonly unknown[]): void {
    const { guard, asks, waits, counters, clock } = this.#options;
    if (!entry.isGuarded) counters.guarded += 1;
    const { view, shown } = entry;
    if (view === undefined || shown === undefined) return;
    const isSame = kept === view.items;
    if (!isSame) entry.renderedBytes = 0;
    const isNews = !isSame && hasNews(view.items, kept);
    const leastIndex = shown.lineage === known.lineage ? known.index - 1 : 0;
    const index = isNews ? Math.max(view.index + 1, leastIndex) : view.index;
    entry.guard(isSame ? view : this.#viewOf(entry, index, kept), known, clock.nowMs());
    entry.markCurrent();
    guard.hold(entry);
    asks.answered(entry);
    this.#settle(entry, isNews ? waits.take(entry, false) : []);
  }

  /** The same content, at a later index: what was rendered stays. */
  #moveTo(entry: Entry, known: Known): void {
    const { view, isGuarded } = entry;
    entry.known = known;
    if (isGuarded || view === undefined) return;
    entry.show({ ...view, index: known.index });
    this.#settle(entry, this.#options.waits.take(entry, false));
  }

  /** Wakes these, who were taken out of those who wait, once the entry has its place. */
  #settle(entry: Entry, woken: readonly Waiter[], isReplaced: boolean = false): void {
    const { keeper, budget } = this.#options;
    keeper.place(entry);
    if (budget.isPinnedOver && entry.isPinned) this.#unpin(entry);
    this.#options.changed();
    for (const waiter of woken) waiter.wake(isReplaced);
  }

  /** It has grown beyond what may be pinned. */
  #unpin(entry: Entry): void {
    const { waits, keeper, logger } = this.#options;
    if (entry.isKept) logger.warn({ topic: entry.topic.name, key: entry.key }, 'there is no room to hold a prefetched view for good');
    entry.isKept = false;
    waits.release(entry);
    keeper.place(entry);
  }

  #viewOf(entry: Entry, index: number, items: readonly unknown[]): View {
    const { budget } = this.#options;
    let isAskedAgain = false;
    // Most views are asked for once: only from the second time on is the rendered answer worth its bytes.
    const view: View = createView(index, items, (bytes) => {
      if (isAskedAgain) return entry.view?.variants === view.variants && budget.grow(entry, bytes);
      isAskedAgain = true;
      return false;
    });
    return view;
  }

  /** Something arrived: there is contact. */
  #saw(index: number): void {
    this.#lost = undefined;
    this.#index = Math.max(this.#index, index);
    this.#seen = Math.max(this.#seen, index);
  }

  #markAllStale(sinceMs: number, reason: StaleReason): void {
    for (const entry of this.#options.entries) entry.markStale(sinceMs, reason);
  }

  /** Nobody need wait for what cannot come: not at all who can be answered something stale, and not for long who cannot. */
  #endAsks(): void {
    const { entries, asks } = this.#options;
    for (const entry of [...entries]) {
      if (entry.state !== 'held') asks.hurry(entry);
      else if (entry.ask !== undefined) {
        asks.failed(entry, noServers());
        entry.retryAtMs = Number.NEGATIVE_INFINITY;
      }
    }
  }
}

const tooLarge = (): KonsulError => new KonsulError('VIEW_TOO_LARGE', 'The view is larger than the cache may hold (cache.max_view)');

/** Whether there is anything in `after` that was not there before. */
function hasNews(before: readonly unknown[], after: readonly unknown[]): boolean {
  const seen = new Set(before);
  return after.some((item) => !seen.has(item));
}
