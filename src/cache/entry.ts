/**
 * One view of the cache and all that is known of it: a state machine. `asked` (wanted, nothing there yet) → `held` or `refused` (known to
 * be too large) → `gone`, which is final: who comes back later gets another entry. Changed by the parts of this folder only.
 */
import { textDigest } from '../model/digest.ts';
import type { KonsulError } from '../runtime/errors.ts';
import type { Freshness, StaleReason } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { Ask } from './ask.ts';
import type { Queue } from './fifo-queue.ts';
import type { Ranked } from './s3-fifo.ts';

/** What arrives of a view. */
export interface Content {
  readonly index: number;
  /** Frozen to the bottom, in an array nobody changes. */
  readonly items: readonly unknown[];
  /** Of the frames that it came in. */
  readonly sizeBytes: number;
}

/** Content, and of which lineage it is. */
export interface Known extends Content {
  readonly lineage: string;
}

/** Somebody who waits for a view to move beyond an index. `isReplaced`: its lineage changed. Called once. */
export interface Waiter {
  readonly index: number;
  wake(isReplaced: boolean): void;
}

/** Reasons that are gone as soon as a server that is there has answered: such a view may lack what is known to be written. */
const OWED: ReadonlySet<StaleReason> = new Set<StaleReason>(['link-down', 'snapshot', 'digest-mismatch', 'refresh-failed']);

const LIVE: Freshness = Object.freeze({ isLive: true });

export class Entry implements Ranked<Entry> {
  readonly topic: Topic<unknown>;
  readonly key: string;
  state: 'asked' | 'held' | 'refused' | 'gone' = 'asked';
  /** What a read shows. There while `held`. */
  view: View | undefined = undefined;
  /** Whether what is shown is true now: every change is pushed. The hit path looks at this alone. */
  isLive = false;
  /** Looks since it was last judged. */
  frequency = 0;
  /** What came last. */
  known: Known | undefined = undefined;
  /** What the view is made of: what came last, or, while the guard doubts that, what came before. */
  shown: Known | undefined = undefined;
  /** Of the view's rendered answers. */
  renderedBytes = 0;
  /** VIEW_TOO_LARGE, while `refused`. */
  refusal: KonsulError | undefined = undefined;
  /** Held although nobody waits: by the list of what to prefetch. */
  isKept = false;
  /** `undefined` for none: most entries never have any. */
  waiters: Set<Waiter> | undefined = undefined;
  ask: Ask | undefined = undefined;
  /** Not asked again before this time (monotonic), since the last try failed. */
  retryAtMs: number = Number.NEGATIVE_INFINITY;
  /** How many items there were when contact was lost, and in which loss of contact that was. */
  goodCount = 0;
  goodWindow = 0;
  queue: Queue<Entry> | undefined = undefined;
  older: Entry | undefined = undefined;
  newer: Entry | undefined = undefined;
  chargedBytes = 0;
  /** Of what came last, not of what is shown. */
  #isCurrent = false;
  #staleSinceMs = 0;
  #staleReason: StaleReason = 'link-down';
  #guardedSinceMs = 0;

  constructor(topic: Topic<unknown>, key: string) {
    this.topic = topic;
    this.key = key;
  }

  /** Whether it must stay: somebody waits on it, or it is to be held from the start. What cannot be held need not. */
  get isPinned(): boolean {
    return this.state !== 'refused' && (this.waiters !== undefined || this.isKept);
  }

  /** Whether what is shown is not what came last: the guard doubts that. */
  get isGuarded(): boolean {
    return this.shown !== this.known;
  }

  /** Known not to exist, or not to be had: the names are the caller's choice, so it has a small place of its own. */
  get isNegative(): boolean {
    return this.state === 'refused' || (this.view?.items.length === 0 && this.key !== '');
  }

  /** Shows what came last, as a view of it. */
  show(view: View): void {
    this.state = 'held';
    this.refusal = undefined;
    this.view = view;
    this.shown = this.known;
    this.isLive = this.#isCurrent;
  }

  /** Goes on showing `view`, of items that came before, although `known` has come. */
  guard(view: View, known: Known, nowMs: number): void {
    if (!this.isGuarded) this.#guardedSinceMs = this.isLive ? nowMs : this.#staleSinceMs;
    this.known = known;
    this.view = view;
    this.isLive = false;
  }

  /** Forgets all content: it is too large. */
  refuse(refusal: KonsulError): void {
    this.#clear();
    this.state = 'refused';
    this.refusal = refusal;
  }

  /** Nothing is held any more, and nothing ever will be. */
  leave(): void {
    this.#clear();
    this.state = 'gone';
  }

  /** What came last is true now. */
  markCurrent(): void {
    this.#isCurrent = true;
    this.isLive = this.state === 'held' && !this.isGuarded;
  }

  /** What came last was true until `sinceMs`. What was not true before keeps its age and its reason. */
  markStale(sinceMs: number, reason: StaleReason): void {
    if (!this.#isCurrent) return;
    this.#isCurrent = false;
    this.isLive = false;
    this.#staleSinceMs = sinceMs;
    this.#staleReason = reason;
  }

  /** It comes from a former run, and was true until `sinceMs`. */
  markOld(sinceMs: number): void {
    this.#isCurrent = false;
    this.isLive = false;
    this.#staleSinceMs = sinceMs;
    this.#staleReason = 'snapshot';
  }

  /** Still not true, for another reason now. */
  blame(reason: StaleReason): void {
    this.#staleReason = reason;
  }

  /** Whether what came last is true now, be it shown or not. */
  get isCurrent(): boolean {
    return this.#isCurrent;
  }

  /** Whether what came last only waits for a server to say what is true now: it is worth asking, however young it is. */
  get isOwed(): boolean {
    return !this.#isCurrent && OWED.has(this.#staleReason);
  }

  /** Whether what came last is not known to be true at a time (monotonic), and waits for a server to say so. */
  isOwedSince(timeMs: number): boolean {
    return this.isOwed && this.#staleSinceMs <= timeMs;
  }

  /** Whether a view is of what came last, which is true now, although the guard shows something else. */
  isTruth(view: View): boolean {
    return this.isGuarded && this.#isCurrent && view.items === this.known?.items;
  }

  /** Why what is shown is not live. Means nothing while it is. */
  get staleReason(): StaleReason {
    return this.isGuarded ? 'guard' : this.#staleReason;
  }

  /** For how long what is shown has not been live; 0 while it is. */
  ageMs(nowMs: number): number {
    if (this.isLive) return 0;
    return Math.max(nowMs - (this.isGuarded ? this.#guardedSinceMs : this.#staleSinceMs), 0);
  }

  freshness(nowMs: number): Freshness {
    return this.isLive ? LIVE : { isLive: false, ageMs: this.ageMs(nowMs), reason: this.staleReason };
  }

  #clear(): void {
    this.view = undefined;
    this.known = undefined;
    this.shown = undefined;
    this.isLive = false;
    this.#isCurrent = false;
    this.renderedBytes = 0;
  }
}

const MASK_31_BITS = 0x7fff_ffff;

/** Stands for an entry when it is gone. */
export const hashOfEntry = ({ topic, key }: Entry): number => textDigest(`${topic.name}\n${key}`)[0] & MASK_31_BITS;
