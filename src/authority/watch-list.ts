/** The nodes that are watched, by how long they have been silent: finding who is due takes as many steps as there are such nodes. */
import type { AgentRecord } from '../model/agent-record.ts';

/** `reaping`: on its way out of the catalog. */
export type Phase = 'alive' | 'failed' | 'reaping';

export interface Watched {
  /** The name of the node in lower case. */
  readonly key: string;
  readonly agent: AgentRecord;
  readonly heardMs: number;
  readonly phase: Phase;
}

interface Entry extends Watched {
  heardMs: number;
  phase: Phase;
  /** Its neighbours in the queue of its phase. */
  before: Entry | undefined;
  after: Entry | undefined;
}

/**
 * Longest silence first: who is heard, or enters, goes to the end. Linked, and not a `Map` in the order of insertion, which takes
 * microseconds where one key goes to its end again and again (67 measured, of one chatty agent among 10,000).
 */
class Queue {
  first: Entry | undefined;
  #last: Entry | undefined;
  size = 0;

  push(entry: Entry): void {
    entry.before = this.#last;
    entry.after = undefined;
    if (this.#last === undefined) this.first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    this.size += 1;
  }

  delete({ before, after }: Entry): void {
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.size -= 1;
  }
}

export class WatchList {
  readonly #all = new Map<string, Entry>();
  #queues: { readonly [P in Phase]: Queue } = emptyQueues();

  get(key: string): Watched | undefined {
    return this.#all.get(key);
  }

  /** How many are in a phase. */
  count(phase: Phase): number {
    return this.#queues[phase].size;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** Watches an agent's node from now on, in place of what was watched under its name. */
  add(agent: AgentRecord, phase: Phase, nowMs: number): void {
    const key = agent.node.toLowerCase();
    this.remove(key);
    const entry: Entry = { key, agent, heardMs: nowMs, phase, before: undefined, after: undefined };
    this.#all.set(key, entry);
    this.#queues[phase].push(entry);
  }

  remove(key: string): void {
    const entry = this.#all.get(key);
    if (entry === undefined) return;
    this.#all.delete(key);
    this.#queues[entry.phase].delete(entry);
  }

  clear(): void {
    this.#all.clear();
    this.#queues = emptyQueues();
  }

  /** It was heard; it is alive from now on. */
  heard(key: string, nowMs: number): void {
    const entry = this.#all.get(key);
    if (entry === undefined) return;
    entry.heardMs = nowMs;
    this.#enter(entry, 'alive');
  }

  /** When the one that is silent for longest was last heard; `undefined` if there is none. */
  oldestMs(phase: Phase): number | undefined {
    return this.#queues[phase].first?.heardMs;
  }

  /** How many of a phase were last heard at `limitMs` or before. */
  countSilent(phase: Phase, limitMs: number): number {
    let count = 0;
    for (let entry = this.#queues[phase].first; entry !== undefined && entry.heardMs <= limitMs; entry = entry.after) count += 1;
    return count;
  }

  /** Moves those of `from` that were last heard at `limitMs` or before to the phase `to`; gives them, longest silence first. */
  advance(from: Phase, to: Phase, limitMs: number): readonly Watched[] {
    const moved: Watched[] = [];
    for (let { first } = this.#queues[from]; first !== undefined && first.heardMs <= limitMs; { first } = this.#queues[from]) {
      this.#enter(first, to);
      moved.push(first);
    }
    return moved;
  }

  /** Nobody is silent for so long, up to now. */
  forgive(silenceMs: number, nowMs: number): void {
    for (const entry of this.#all.values()) entry.heardMs = Math.min(entry.heardMs + silenceMs, nowMs);
  }

  #enter(entry: Entry, phase: Phase): void {
    this.#queues[entry.phase].delete(entry);
    entry.phase = phase;
    this.#queues[phase].push(entry);
  }
}

const emptyQueues = (): { readonly [P in Phase]: Queue } => ({ alive: new Queue(), failed: new Queue(), reaping: new Queue() });
