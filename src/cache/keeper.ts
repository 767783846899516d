/**
 * Brings entries in and lets them go. Whoever leaves is unsubscribed, and its memory and its timers go with it. Entries that say what is
 * not there leave by themselves a while after the last look.
 */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Topic } from '../topics/topic.ts';
import type { Budget } from './budget.ts';
import type { Entry } from './entry.ts';
import type { EntryTable } from './entry-table.ts';
import type { Fetcher } from './fetcher.ts';
import type { CacheSettings } from './settings.ts';
import { TimerWheel } from './timer-wheel.ts';

export interface KeeperOptions {
  readonly clock: Clock;
  readonly settings: CacheSettings;
  readonly entries: EntryTable;
  readonly budget: Budget;
  /** Not called before anything is brought in. */
  readonly fetcher: () => Fetcher;
  /** Told who leaves, before it is emptied: for what others know of it. */
  readonly leaving: (entry: Entry) => void;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #wheel: TimerWheel<Entry>;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#wheel = new TimerWheel({ clock: options.clock, due: (entry) => this.#due(entry) });
  }

  /** A new entry, counted, and not subscribed to yet. */
  add(topic: Topic<unknown>, key: string): Entry {
    const entry = this.#options.entries.add(topic, key);
    this.#options.budget.place(entry);
    return entry;
  }

  /** Counts an entry as it is now. It, or others, may have to leave. */
  place(entry: Entry): void {
    this.#options.budget.place(entry);
    if (entry.state === 'gone') return;
    if (entry.isPinned || !entry.isNegative) this.#wheel.cancel(entry);
    else this.#expireLater(entry);
  }

  /** Lets an entry go, whatever it is. Who waits for its content gets `error`. */
  drop(entry: Entry, error?: KonsulError): void {
    if (entry.state === 'gone') return;
    const { entries, budget, leaving, fetcher } = this.#options;
    entries.remove(entry);
    budget.remove(entry);
    this.#wheel.cancel(entry);
    leaving(entry);
    entry.leave();
    const { ask } = entry;
    entry.ask = undefined;
    // An error is made only where somebody gets it: its stack costs more than all the rest of a removal.
    ask?.end(error ?? new KonsulError('NO_SERVERS', 'The view had to leave the cache'));
    fetcher().unsubscribe(entry.topic, entry.key);
  }

  stop(): void {
    this.#wheel.stop();
  }

  #ttlOf(entry: Entry): number {
    const { negativeTtlMs, tooLargeTtlMs } = this.#options.settings;
    return entry.state === 'refused' ? tooLargeTtlMs : negativeTtlMs;
  }

  /** Somebody looked since: for another while. */
  #due(entry: Entry): void {
    if (entry.frequency === 0 || entry.state === 'refused') this.drop(entry);
    else this.#expireLater(entry);
  }

  #expireLater(entry: Entry): void {
    entry.frequency = 0;
    const ttlMs = this.#ttlOf(entry);
    if (ttlMs > 0) this.#wheel.schedule(entry, ttlMs);
    else this.drop(entry);
  }
}
