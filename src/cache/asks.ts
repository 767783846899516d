/** Asks the servers for views: one try for all who want the same one. Says how a try ends that nobody answers. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { Ask } from './ask.ts';
import type { Counters } from './counters.ts';
import type { Entry } from './entry.ts';
import type { Fetcher } from './fetcher.ts';
import type { CacheSettings } from './settings.ts';

export interface AsksOptions {
  readonly clock: Clock;
  readonly settings: CacheSettings;
  readonly counters: Counters;
  /** Not called before the first read. */
  readonly fetcher: () => Fetcher;
  /** Told of an entry that has nothing and that nobody wants any more. */
  readonly unwanted: (entry: Entry, error: KonsulError) => void;
}

/** No second try so soon after one that failed. */
const RETRY_MS = 1_000;

export class Asks {
  readonly #options: AsksOptions;
  /** When a write of this agent itself was last acknowledged (monotonic). */
  #wroteAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AsksOptions) {
    this.#options = options;
  }

  /** The try for an entry of which nothing is held: the one under way, or a new one. */
  first(entry: Entry): Ask {
    if (entry.ask === undefined) return this.#begin(entry);
    this.#options.counters.coalesced += 1;
    return entry.ask;
  }

  /** A write of this agent itself was acknowledged: whoever reads from now on is to see it. */
  wrote(): void {
    this.#wroteAtMs = this.#options.clock.nowMs();
  }

  /** Whether what is shown may lack what this agent itself wrote. */
  mayLackOwnWrite(entry: Entry): boolean {
    return entry.isOwedSince(this.#wroteAtMs);
  }

  /** The try to refresh an entry. `undefined`: there is no link, or the last try failed a moment ago and nothing was written since. */
  again(entry: Entry, nowMs: number): Ask | undefined {
    if (entry.ask !== undefined) return this.first(entry);
    if (!this.#options.fetcher().isLinked || (nowMs < entry.retryAtMs && !this.#wroteSinceTry(entry))) return undefined;
    this.#options.counters.refreshes += 1;
    return this.#begin(entry);
  }

  /** The try for an entry, if there is one, ends: with what it shows now. */
  answered(entry: Entry): void {
    const { ask, view } = entry;
    entry.ask = undefined;
    entry.retryAtMs = Number.NEGATIVE_INFINITY;
    if (view !== undefined) ask?.end(view);
  }

  /** The try for an entry, if there is one, ends without an answer. */
  failed(entry: Entry, error: KonsulError): void {
    const { ask } = entry;
    entry.ask = undefined;
    if (ask !== undefined && entry.state === 'held') this.#options.counters.failedRefreshes += 1;
    entry.retryAtMs = this.#options.clock.nowMs() + RETRY_MS;
    if (entry.state === 'asked' && !entry.isPinned) this.#options.unwanted(entry, error);
    ask?.end(error);
  }

  /** Whether this agent wrote something since the last try began, that nobody insisted on, and that failed. */
  #wroteSinceTry({ retryAtMs }: Entry): boolean {
    return this.#wroteAtMs >= retryAtMs - RETRY_MS - this.#options.settings.refreshDeadlineMs;
  }

  /** The link is lost: a try that cannot come to anything ends soon, unless there is a link again by then. */
  hurry(entry: Entry): void {
    const { ask } = entry;
    ask?.hurry(() => {
      if (entry.ask === ask && !this.#options.fetcher().isLinked) this.failed(entry, noServers());
    });
  }

  #begin(entry: Entry): Ask {
    const { clock, settings, fetcher } = this.#options;
    const ask = new Ask({
      clock,
      softMs: settings.refreshDeadlineMs,
      hardMs: settings.missTimeoutMs,
      timedOut: (late) => this.#timedOut(entry, late),
    });
    entry.ask = ask;
    fetcher().subscribe(entry.topic, entry.key);
    return ask;
  }

  #timedOut(entry: Entry, ask: Ask): void {
    if (entry.ask !== ask) return;
    if (entry.staleReason !== 'upstream') entry.blame('refresh-failed');
    this.failed(entry, new KonsulError('UNREACHABLE', 'No server answered in time'));
  }
}

/** What a read fails with that no server can be asked for. */
export const noServers = (): KonsulError => new KonsulError('NO_SERVERS', 'No known Consul servers');
