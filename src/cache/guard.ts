/**
 * The last-good guard (DESIGN section 6): a service that loses most of its instances between the loss of contact and a while after it is
 * back keeps the ones it had, marked, until the while is over or they are back. Judges and keeps time; what is shown is the caller's.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Entry, Known } from './entry.ts';

export interface GuardOptions {
  readonly clock: Clock;
  /** After contact is back. 0: nothing is ever doubted. */
  readonly guardMs: number;
  /** Told whose time is over: the truth is to be shown. It is held no more by then. */
  readonly release: (entry: Entry) => void;
}

/** Fewer lost instances are believed, unless none is left. */
const LEAST_LOSS = 3;
/** As many of this agent's own deregistrations are remembered. */
const MAX_FORGOTTEN = 10_000;

export class Guard {
  readonly #options: GuardOptions;
  /** Who is held, until when; the first that is due comes first. */
  readonly #held = new Map<Entry, number>();
  /** Ids of instances that this agent deregistered itself: their loss is no news. */
  readonly #forgotten = new Set<string>();
  #forgottenAtMs = Number.NEGATIVE_INFINITY;
  /** Counts the losses of contact. */
  #window = 0;
  /** Until when losses are doubted: without end while contact is lost. */
  #endMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** How many views are held back. */
  get count(): number {
    return this.#held.size;
  }

  /** Contact is lost: losses are doubted from now on. */
  lost(): void {
    if (this.#endMs === Number.POSITIVE_INFINITY) return;
    this.#dropOldForgotten();
    this.#window += 1;
    this.#endMs = Number.POSITIVE_INFINITY;
  }

  /** Contact is back: losses are doubted for a while yet. */
  regained(): void {
    if (this.#endMs === Number.POSITIVE_INFINITY) this.#endMs = this.#options.clock.nowMs() + this.#options.guardMs;
  }

  /** These instances (`Topic.idOf`) were deregistered by this agent. */
  forget(ids: Iterable<string>): void {
    this.#dropOldForgotten();
    for (const id of ids) this.#forgotten.add(id);
    for (const id of this.#forgotten) {
      if (this.#forgotten.size <= MAX_FORGOTTEN) break;
      this.#forgotten.delete(id);
    }
    this.#forgottenAtMs = this.#options.clock.nowMs();
  }

  /** These instances are registered by this agent again: from now on their loss is one. */
  remember(ids: Iterable<string>): void {
    for (const id of ids) this.#forgotten.delete(id);
  }

  /** What to show of an entry instead of what `known` has: that, and what is lost. `undefined`: it is believed. Linear. */
  judge(entry: Entry, known: Known): readonly unknown[] | undefined {
    const { items } = known;
    if (!entry.topic.isGuarded || !this.#isOpen()) return undefined;
    const shown = entry.view?.items ?? [];
    if (entry.goodWindow !== this.#window) {
      entry.goodWindow = this.#window;
      entry.goodCount = shown.length;
    }
    const kept = this.#withoutForgotten(entry, shown, items);
    entry.goodCount -= shown.length - kept.length;
    if (kept.length <= items.length || !isGreatLoss(entry.goodCount, items.length)) return undefined;
    const joined = join(entry, kept, known);
    entry.goodCount += joined.length - kept.length;
    return joined;
  }

  /** What is shown, without what this agent deregistered and `items` does not have. */
  #withoutForgotten({ topic }: Entry, shown: readonly unknown[], items: readonly unknown[]): readonly unknown[] {
    this.#dropOldForgotten();
    if (this.#forgotten.size === 0) return shown;
    const present = new Set(items.map((item) => topic.idOf(item)));
    const isKept = (id: string): boolean => present.has(id) || !this.#forgotten.has(id);
    const kept = shown.filter((item) => isKept(topic.idOf(item)));
    return kept.length === shown.length ? shown : kept;
  }

  /** Holds an entry back, for `guardMs` at most, however often contact is lost again meanwhile. */
  hold(entry: Entry): void {
    if (this.#held.has(entry)) return;
    const { clock, guardMs } = this.#options;
    this.#held.set(entry, Math.min(this.#endMs, clock.nowMs() + guardMs));
    this.#arm();
  }

  /** An entry is not held back any more. */
  drop(entry: Entry): void {
    if (this.#held.delete(entry)) this.#arm();
  }

  /** Those that are held back. */
  held(): Entry[] {
    return [...this.#held.keys()];
  }

  stop(): void {
    this.#held.clear();
    this.#arm();
  }

  #isOpen(): boolean {
    return this.#options.guardMs > 0 && this.#options.clock.nowMs() < this.#endMs;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = this.#held.values();
    if (first !== undefined) this.#timer = this.#options.clock.after(first - this.#options.clock.nowMs(), () => this.#releaseDue());
  }

  #releaseDue(): void {
    const nowMs = this.#options.clock.nowMs();
    const due = [...this.#held].filter(([, dueMs]) => dueMs <= nowMs);
    for (const [entry] of due) this.#held.delete(entry);
    this.#arm();
    for (const [entry] of due) {
      entry.goodCount = entry.known?.items.length ?? 0;
      this.#options.release(entry);
    }
  }

  /** Once contact has been there for long enough, what was deregistered has arrived as such. */
  #dropOldForgotten(): void {
    const { clock, guardMs } = this.#options;
    if (!this.#isOpen() && clock.nowMs() - this.#forgottenAtMs > guardMs) this.#forgotten.clear();
  }
}

/**
 * What is kept, and behind it what is new in `known`: an addition is no loss. What came in its lineage already is shown as it is now; what
 * did not cannot be compared, and stays as it was. `kept` itself if nothing is new.
 */
function join({ topic, shown, known: before }: Entry, kept: readonly unknown[], { items, lineage }: Known): readonly unknown[] {
  const added = new Map(items.map((item) => [topic.idOf(item), item]));
  const isOfLineage = shown?.lineage === lineage;
  const came = new Set(before?.lineage === lineage ? before.items : []);
  const asNow = kept.map((item) => {
    const id = topic.idOf(item);
    const now = added.get(id);
    added.delete(id);
    const isNewer = now !== undefined && (isOfLineage || came.has(item)) && topic.stampOf(now) !== topic.stampOf(item);
    return isNewer ? now : item;
  });
  if (added.size === 0 && asNow.every((item, at) => item === kept[at])) return kept;
  return [...asNow, ...added.values()];
}

/** All of them, or more than half and not just a few. */
function isGreatLoss(before: number, after: number): boolean {
  const lost = before - after;
  if (lost <= 0) return false;
  return after === 0 || (lost * 2 > before && lost >= LEAST_LOSS);
}
