/**
 * The agent's views: answers reads from memory, says how fresh each answer is, and stays within its bounds for any input. The link fills it
 * (it is a `ViewSink`), its `Fetcher` is asked for what is missing. Owns all entries; opens no socket, and no file but its snapshot.
 */
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Freshness, ReadOptions, StaleReason, WaitOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { Asks } from './asks.ts';
import { Budget } from './budget.ts';
import { type CacheStats, statsOf } from './cache-stats.ts';
import { Counters } from './counters.ts';
import type { Content, Entry } from './entry.ts';
import { EntryTable } from './entry-table.ts';
import type { Fetcher } from './fetcher.ts';
import { Guard } from './guard.ts';
import { type HeldContent, Intake } from './intake.ts';
import { Keeper } from './keeper.ts';
import { parsePrefetch, type ViewPlace } from './prefetch.ts';
import { CachedTopic, type PolicySet, type Reader } from './reader.ts';
import { Reads } from './reads.ts';
import { MAX_FREQUENCY } from './s3-fifo.ts';
import { type CacheSettings, withDefaults } from './settings.ts';
import { Snapshot } from './snapshot.ts';
import { Waits } from './waits.ts';

export interface CacheOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called once, in the constructor; the sink is the cache itself, and must not be used before the constructor is done. */
  readonly fetcher: (sink: Cache) => Fetcher;
  /** What is absent takes its default; 0 is 0. */
  readonly settings?: Partial<CacheSettings>;
  /** Where the snapshot is kept; absent: nowhere. `folder` is an absolute path. */
  readonly storage?: { readonly disk: Disk; readonly folder: string };
}

export class Cache implements Part {
  readonly name = 'cache';
  readonly settings: CacheSettings;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #counters = new Counters();
  readonly #entries = new EntryTable();
  readonly #budget: Budget;
  readonly #keeper: Keeper;
  readonly #guard: Guard;
  readonly #asks: Asks;
  readonly #waits: Waits;
  readonly #reads: Reads;
  readonly #intake: Intake;
  readonly #snapshot: Snapshot | undefined;
  readonly #fetcher: Fetcher;
  readonly #readers = new Map<string, CachedTopic<unknown>>();

  constructor({ clock, logger, fetcher, settings: given = {}, storage }: CacheOptions) {
    const settings = withDefaults(given);
    this.settings = settings;
    this.#clock = clock;
    this.#logger = logger;
    const shared = { clock, logger, settings, counters: this.#counters, entries: this.#entries, fetcher: () => this.#fetcher };
    this.#budget = new Budget({ ...settings, evicted: (entry) => this.#evicted(entry) });
    this.#keeper = new Keeper({ ...shared, budget: this.#budget, leaving: (entry) => this.#leaving(entry) });
    this.#guard = new Guard({ clock, guardMs: settings.guardMs, release: (entry) => this.#intake.release(entry) });
    this.#asks = new Asks({ ...shared, unwanted: (entry, error) => this.#keeper.drop(entry, error) });
    const parts = { ...shared, budget: this.#budget, keeper: this.#keeper, asks: this.#asks };
    this.#waits = new Waits(parts);
    this.#reads = new Reads(parts);
    this.#intake = new Intake({ ...parts, waits: this.#waits, guard: this.#guard, changed: () => this.#snapshot?.changed() });
    this.#snapshot = storage && new Snapshot({ ...storage, ...parts, source: this.#intake });
    this.#fetcher = fetcher(this);
  }

  /** Takes in the snapshot of the last run, the most used views first. A snapshot that is no good is ignored, with a warning. */
  async start(): Promise<void> {
    await this.#snapshot?.load();
  }

  /** Wakes and fails who waits, and writes the snapshot. */
  async stop(): Promise<void> {
    this.#waits.stop();
    for (const entry of [...this.#entries]) this.#asks.failed(entry, new KonsulError('SHUTTING_DOWN', 'The agent is shutting down'));
    await this.#snapshot?.stop();
    this.#keeper.stop();
    this.#guard.stop();
  }

  /** See `Backend.read`: a hit is the shared view itself, at once. Errors come as rejections. */
  read<T>(topic: Topic<T>, key: string, options?: ReadOptions): View<T> | Promise<View<T>> {
    const entry = this.#entries.get(topic, key);
    if (entry === undefined || !entry.isLive || options !== undefined)
      return this.#reads.read(topic, key, options) as View<T> | Promise<View<T>>;
    if (entry.frequency < MAX_FREQUENCY) entry.frequency += 1;
    this.#counters.hits += 1;
    return entry.view as View<T>;
  }

  /** What is shown of a key, however old, without counting as a look. */
  peek<T>(topic: Topic<T>, key: string): View<T> | undefined {
    return this.#entries.get(topic, key)?.view as View<T> | undefined;
  }

  /** See `Backend.wait`. Rejects with VIEW_TOO_LARGE, and nothing else, when waiters pin all that they may: relay the request. */
  wait(topic: Topic<unknown>, key: string, index: number, { timeoutMs, signal }: WaitOptions): Promise<boolean> {
    return this.#waits.wait(topic, key, { index, timeoutMs, signal });
  }

  /**
   * Calls `wake` once, in the same step as the next change of the view, or when it has to leave the cache: read again and see. Returns how
   * to stop. Throws VIEW_TOO_LARGE when waiters pin all that they may.
   */
  watch(topic: Topic<unknown>, key: string, wake: () => void): () => void {
    return this.#waits.watch(topic, key, wake);
  }

  /**
   * How fresh the view is that a read shows, or that it gave: where the guard shows another one, the truth is live. Of a view that is not
   * held, or without one: how fresh this process is.
   */
  freshness(topic?: Topic<unknown>, key: string = '', given?: View): Freshness {
    const entry = topic && this.#entries.get(topic, key);
    if (given !== undefined && entry?.isTruth(given)) return { isLive: true };
    const isHeld = entry?.view !== undefined;
    if (isHeld && entry.isLive) return entry.freshness(0);
    return isHeld ? entry.freshness(this.#clock.nowMs()) : this.#intake.freshness(this.#clock.nowMs());
  }

  /** Readers of a policy set. To be bound once, and kept. */
  reader(_policySet: PolicySet): Reader {
    return { topic: <T>(topic: Topic<T>) => this.#readerOf(topic) as CachedTopic<T> };
  }

  /** Holds these views from now on, and no longer those that were named before. Throws CONFIG_INVALID: see `parsePrefetch`. */
  prefetch(names: readonly string[]): void {
    const places = names.map(parsePrefetch);
    const wanted = new Set(places.map(({ topic, key }) => this.#entries.get(topic, key)));
    for (const entry of [...this.#entries]) if (entry.isKept && !wanted.has(entry)) this.#letGo(entry);
    for (const place of places) this.#keep(place);
  }

  /** This agent itself deregistered these services of a node: that their instances are gone is never taken for a loss. */
  forgetInstances(nodeName: string, serviceIds: readonly string[]): void {
    this.#intake.forget(idsOf(nodeName, serviceIds));
  }

  /** This agent itself registers these services of a node again: from now on that they are gone is a loss. */
  rememberInstances(nodeName: string, serviceIds: readonly string[]): void {
    this.#intake.remember(idsOf(nodeName, serviceIds));
  }

  /** A write of this agent itself was acknowledged: reads wait for views that may lack it, as for what is not held. */
  wrote(): void {
    this.#asks.wrote();
  }

  stats(): CacheStats {
    return statsOf({
      counters: this.#counters,
      entries: this.#entries,
      budget: this.#budget,
      guards: this.#guard.count,
      waiters: this.#waits.count,
      snapshotAgeMs: this.#snapshot?.ageMs,
    });
  }

  // What the link sees: `ViewSink`.

  get lineage(): string {
    return this.#intake.lineage;
  }

  get seen(): number {
    return this.#intake.seen;
  }

  /** The newest index of this lineage that was seen here. */
  get index(): number {
    return this.#intake.index;
  }

  held(): Iterable<HeldContent> {
    return this.#intake.held();
  }

  missing(): Iterable<ViewPlace> {
    return this.#intake.missing();
  }

  get(topic: Topic<unknown>, key: string): HeldContent | undefined {
    return this.#intake.get(topic, key);
  }

  put(topic: Topic<unknown>, key: string, content: Content): void {
    this.#intake.put(topic, key, content);
  }

  confirm(topic: Topic<unknown>, key: string, index: number): void {
    this.#intake.confirm(topic, key, index);
  }

  refuse(topic: Topic<unknown>, key: string, error: KonsulError): void {
    this.#intake.refuse(topic, key, error);
  }

  doubt(topic: Topic<unknown>, key: string): void {
    this.#intake.doubt(topic, key);
  }

  linked(lineage: string): void {
    this.#intake.linked(lineage);
  }

  unlinked(reason: StaleReason, ageMs: number): void {
    this.#intake.unlinked(reason, ageMs);
  }

  #readerOf(topic: Topic<unknown>): CachedTopic<unknown> {
    let reader = this.#readers.get(topic.name);
    if (reader === undefined) {
      const atOnce = (entry: Entry): View | undefined => this.#reads.readAtOnce(entry);
      reader = new CachedTopic({ entries: this.#entries.of(topic), counters: this.#counters, atOnce });
      this.#readers.set(topic.name, reader);
    }
    return reader;
  }

  #keep({ topic, key }: ViewPlace): void {
    const found = this.#entries.get(topic, key);
    if (found?.isKept) return;
    if (!this.#budget.hasRoomToPin(found, key)) {
      this.#logger.warn({ topic: topic.name, key }, 'there is no room to prefetch a view');
      return;
    }
    const entry = found ?? this.#keeper.add(topic, key);
    entry.isKept = true;
    this.#keeper.place(entry);
    if (found === undefined) this.#fetcher.subscribe(topic, key);
  }

  #letGo(entry: Entry): void {
    entry.isKept = false;
    if (entry.state === 'asked' && entry.ask === undefined && !entry.isPinned) this.#keeper.drop(entry);
    else this.#keeper.place(entry);
  }

  #evicted(entry: Entry): void {
    this.#counters.evictions += 1;
    this.#keeper.drop(entry);
  }

  #leaving(entry: Entry): void {
    this.#guard.drop(entry);
    this.#waits.release(entry);
    this.#snapshot?.changed();
  }
}

/** As the topics of instances name them (`Topic.idOf`). */
const idsOf = (nodeName: string, serviceIds: readonly string[]): string[] => serviceIds.map((id) => `${nodeName.toLowerCase()}/${id}`);
