/**
 * Who leads, among candidates of one process: first come, first served. Owned by the store that they share; engines whose
 * candidates are in several processes have their own way.
 */
import { KonsulError } from '../runtime/errors.ts';
import type { Leadership } from './engine.ts';

export interface Candidate {
  /** Who asks, so that `withdraw` finds it. */
  readonly owner: object;
  readonly address: string;
  /** Calls the candidacy off while it waits. */
  readonly signal: AbortSignal;
}

interface Waiting extends Candidate {
  grant(term: Term): void;
  refuse(error: Error): void;
}

export class Election {
  readonly #currentIndex: () => number;
  readonly #waiting = new Set<Waiting>();
  #term: Term | undefined;

  /** `currentIndex` gives the store's index at the moment a leadership begins. */
  constructor(currentIndex: () => number) {
    this.#currentIndex = currentIndex;
  }

  /** The address of the leader, or `undefined`. */
  get leader(): string | undefined {
    return this.#term?.candidate.address;
  }

  /** Resolves when `candidate` leads; SHUTTING_DOWN when its signal aborts or its owner withdraws before. */
  campaign(candidate: Candidate): Promise<Leadership> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => waiting.refuse(calledOff());
      const leave = (): void => {
        candidate.signal.removeEventListener('abort', cancel);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        ...candidate,
        grant: (term) => {
          leave();
          resolve(term);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      candidate.signal.addEventListener('abort', cancel);
      if (candidate.signal.aborted) cancel();
      else this.#elect();
    });
  }

  /** Throws NO_LEADER unless `leadership` is the one that holds now. */
  assertHolds(leadership: Leadership): void {
    if (leadership !== this.#term) throw new KonsulError('NO_LEADER', 'No cluster leader');
  }

  /** Takes the leadership from whoever has it; the next in line leads. */
  depose(reason: string): void {
    this.#term?.end(reason);
  }

  /** Ends all that `owner` has or waits for. */
  withdraw(owner: object, reason: string): void {
    for (const waiting of [...this.#waiting]) if (waiting.owner === owner) waiting.refuse(calledOff());
    if (this.#term?.candidate.owner === owner) this.depose(reason);
  }

  #elect(): void {
    const [next] = this.#waiting;
    if (this.#term !== undefined || next === undefined) return;
    this.#term = new Term(next, this.#currentIndex(), (term) => this.#ended(term));
    next.grant(this.#term);
  }

  #ended(term: Term): void {
    if (this.#term !== term) return;
    this.#term = undefined;
    this.#elect();
  }
}

class Term implements Leadership {
  readonly candidate: Candidate;
  readonly index: number;
  readonly lost: Promise<string>;
  readonly #ended: (term: Term) => void;
  #lose: (reason: string) => void = () => {};

  constructor(candidate: Candidate, index: number, ended: (term: Term) => void) {
    this.candidate = candidate;
    this.index = index;
    this.#ended = ended;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  async resign(): Promise<void> {
    this.end('resigned');
  }

  end(reason: string): void {
    this.#lose(reason);
    this.#ended(this);
  }
}

function calledOff(): KonsulError {
  return new KonsulError('SHUTTING_DOWN', 'the campaign was called off');
}
