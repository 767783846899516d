/**
 * What a read gets (DESIGN section 6, one freshness contract): live views at once; stale ones at once while they are young, then after a
 * try to refresh them, up to a bound; beyond it, and of what is not held, an answer of the servers or an error. Never anything stale as live.
 */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { ReadOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import type { Ask } from './ask.ts';
import { type Asks, noServers } from './asks.ts';
import type { Budget } from './budget.ts';
import type { Counters } from './counters.ts';
import type { Entry } from './entry.ts';
import type { EntryTable } from './entry-table.ts';
import type { Fetcher } from './fetcher.ts';
import type { Keeper } from './keeper.ts';
import { MAX_FREQUENCY } from './s3-fifo.ts';
import { type CacheSettings, ttlOf } from './settings.ts';

export interface ReadsOptions {
  readonly clock: Clock;
  readonly settings: CacheSettings;
  readonly counters: Counters;
  readonly entries: EntryTable;
  readonly budget: Budget;
  readonly keeper: Keeper;
  readonly asks: Asks;
  readonly fetcher: () => Fetcher;
}

/** What a caller accepts of a view that is not live: at once if younger than `freshMs`, after a failed try if younger than `staleMs`. */
interface Acceptance {
  readonly freshMs: number;
  readonly staleMs: number;
}

const ANYTHING: ReadOptions = { maxAgeMs: undefined, staleIfErrorMs: undefined, mustRevalidate: false };

export class Reads {
  readonly #options: ReadsOptions;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  /** See `Backend.read`. Errors come as rejections. */
  read(topic: Topic<unknown>, key: string, options: ReadOptions = ANYTHING): View | Promise<View> {
    const entry = this.#options.entries.get(topic, key);
    if (entry?.view !== undefined) return this.#readHeld(entry, entry.view, options);
    if (entry?.refusal !== undefined) return Promise.reject(entry.refusal);
    return this.#readMissing(topic, key, entry);
  }

  /** What is held, at once, as it is: a view that is old is asked for meanwhile. `undefined`: nothing, or nothing that may be shown. */
  readAtOnce(entry: Entry): View | undefined {
    const { view } = entry;
    if (view === undefined) return undefined;
    const { settings, clock } = this.#options;
    const nowMs = clock.nowMs();
    const ageMs = entry.ageMs(nowMs);
    if (ageMs >= settings.maxStaleMs) return undefined;
    if (ageMs >= ttlOf(entry.topic.aging, settings) && !isHeldBack(entry)) this.#options.asks.again(entry, nowMs);
    return this.#answer(entry, view);
  }

  #readMissing(topic: Topic<unknown>, key: string, found: Entry | undefined): Promise<View> {
    const { counters, budget, keeper, asks, fetcher } = this.#options;
    counters.misses += 1;
    if (!fetcher().isLinked) return Promise.reject(noServers());
    if (found === undefined && !budget.hasRoomToAsk(key)) {
      counters.noRoom += 1;
      return Promise.reject(new KonsulError('VIEW_TOO_LARGE', 'There is no room in the cache to ask for more views'));
    }
    return answerOf(asks.first(found ?? keeper.add(topic, key)));
  }

  #readHeld(entry: Entry, view: View, options: ReadOptions): View | Promise<View> {
    if (entry.isLive && options.maxAgeMs !== 0) return this.#answer(entry, view);
    const { clock, settings, asks } = this.#options;
    const nowMs = clock.nowMs();
    const ageMs = entry.ageMs(nowMs);
    const { freshMs, staleMs } = acceptanceOf(entry, options, settings);
    const isEnough = ageMs < staleMs || entry.isLive;
    if (isHeldBack(entry)) return isEnough ? this.#answer(entry, view) : truthOf(entry, view);
    if (isEnough && ageMs < freshMs) return this.#answer(entry, view);
    const ask = asks.again(entry, nowMs);
    if (!isEnough) return this.#insist(entry, ask, ageMs);
    if (ask !== undefined && asks.mayLackOwnWrite(entry)) return ask.insist().then(() => this.#answer(entry, entry.view ?? view));
    if (ask === undefined || ask.isLate || settings.refreshDeadlineMs === 0) return this.#answer(entry, view);
    return ask.soon.then(() => this.#answer(entry, entry.view ?? view));
  }

  /** Nothing that is held will do: as for a miss. */
  async #insist(entry: Entry, ask: Ask | undefined, ageMs: number): Promise<View> {
    const outcome = await ask?.insist();
    if (outcome !== undefined && !(outcome instanceof Error)) return truthOf(entry, outcome);
    throw tooOld(ageMs, this.#options.fetcher().isLinked, outcome);
  }

  #answer(entry: Entry, view: View): View {
    const { counters } = this.#options;
    if (entry.frequency < MAX_FREQUENCY) entry.frequency += 1;
    counters.hits += 1;
    if (!entry.isLive) counters.staleAnswers[entry.staleReason] += 1;
    return view;
  }
}

/**
 * What only waits for a server is asked for however young it is, unless the caller says what is young enough for it. Nothing that is not
 * live is acceptable under `mustRevalidate`. No caller extends `cache.max_stale`.
 */
function acceptanceOf(entry: Entry, { maxAgeMs, staleIfErrorMs, mustRevalidate }: ReadOptions, settings: CacheSettings): Acceptance {
  const ttlMs = maxAgeMs ?? ttlOf(entry.topic.aging, settings);
  const freshMs = maxAgeMs === undefined && entry.isOwed ? 0 : ttlMs;
  if (mustRevalidate) return { freshMs, staleMs: 0 };
  const staleMs = staleIfErrorMs === undefined ? settings.maxStaleMs : Math.min(ttlMs + staleIfErrorMs, settings.maxStaleMs);
  return { freshMs, staleMs };
}

/** Whether asking would bring nothing new: it is there, and the guard holds it back. */
const isHeldBack = (entry: Entry): boolean => entry.isGuarded && entry.isCurrent;

/** For who accepts nothing but the truth: also where the guard shows something else. */
function truthOf({ isGuarded, known }: Entry, view: View): View {
  return isGuarded && known !== undefined ? createView(known.index, known.items, () => false) : view;
}

async function answerOf(ask: Ask): Promise<View> {
  const outcome = await ask.insist();
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

function tooOld(ageMs: number, isLinked: boolean, cause: unknown): KonsulError {
  const why = isLinked ? 'No server answered in time' : 'No known Consul servers';
  const text = `${why}, and what is held is ${Math.floor(ageMs / 1_000)} s old`;
  return new KonsulError('NO_SERVERS', text, { cause, details: { ageMs } });
}
