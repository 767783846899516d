/**
 * Follows one request of the API by blocking queries: tells each change once, the first answer included, and bears failures. Whoever asks
 * is handed in: a client of the HTTP API, or a dispatcher in the same process.
 */
import type { Json } from '../model/values.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { withQuery } from '../wire/api-path.ts';
import { joinedEvents, newEvents, resultText, type WatchAnswer, watchedValue } from './watch-result.ts';

export interface WatchRequest {
  /** With its query, `index` included: a GET. */
  readonly path: string;
  /** '' is none. */
  readonly token: string;
}

/** Answers a request whatever its status; rejects if there is no answer. Must end when `signal` aborts. */
export type AskApi = (request: WatchRequest, signal: AbortSignal) => Promise<WatchAnswer>;

export interface WatchResult {
  readonly index: string;
  /** JSON with a line end. */
  readonly text: string;
}

/**
 * What to hand over where two results of a watch of this type came before anybody had time for the first: of a state the latest says
 * all, and events add up.
 */
export function joinResults(type: string): (waiting: WatchResult, next: WatchResult) => WatchResult {
  if (type !== 'event') return (_waiting, next) => next;
  return (waiting, { index, text }) => ({ index, text: joinedEvents(waiting.text, text) });
}

export interface FollowOptions {
  readonly type: string;
  /** From `watchPath`. */
  readonly path: string;
  readonly token: string;
  readonly ask: AskApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once for each change. */
  onResult(result: WatchResult): void;
  /** Called for each failure, with the time until the next try. */
  onFailure(error: unknown, retryMs: number): void;
}

const RETRY_MS = 5_000;
const MAX_RETRY_MS = 180_000;
/** Between a query and the next with the same index. */
const MIN_WAIT_MS = 1_000;

/** How long to wait after so many failures in a row: 5 s, 20 s, 45 s, … up to 3 minutes. */
export const retryDelayMs = (failures: number): number => Math.min(RETRY_MS * failures ** 2, MAX_RETRY_MS);

/** Resolves when `signal` aborts. */
export async function followWatch(options: FollowOptions): Promise<void> {
  const { clock, signal } = options;
  const follower = new Follower(options);
  for (let failures = 0; !signal.aborted; ) {
    try {
      await follower.step();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const retryMs = retryDelayMs(failures);
      options.onFailure(error, retryMs);
      follower.forgetIndex();
      await clock.sleep(retryMs, signal);
    }
  }
}

class Follower {
  readonly #options: FollowOptions;
  /** What the next query waits beyond; `undefined`: it is answered at once. */
  #index: string | undefined;
  /** As answered, to see what is new in it. */
  #value: Json | undefined;
  #text: string | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  forgetIndex(): void {
    this.#index = undefined;
  }

  async step(): Promise<void> {
    const { path, token, ask, signal, type, clock } = this.#options;
    const askedMs = clock.nowMs();
    const answer = await ask({ path: withQuery(path, { index: this.#index }), token }, signal);
    if (signal.aborted) return;
    const value = watchedValue(type, answer);
    const index = indexOf(answer);
    if (index === this.#index) {
      // Whoever does not hold a query back must not be asked without end.
      await clock.sleep(MIN_WAIT_MS - (clock.nowMs() - askedMs), signal);
      return;
    }
    // An index that goes back is another store or another ring of events: what it says is asked for anew.
    const isReset = this.#index !== undefined && BigInt(index) < BigInt(this.#index);
    this.#index = isReset ? undefined : index;
    this.#tell(value, index);
  }

  #tell(value: Json, index: string): void {
    const isFirst = this.#text === undefined;
    const shown = this.#options.type === 'event' ? newEvents(value, this.#value) : value;
    const text = resultText(shown);
    const isNew = this.#options.type === 'event' ? (shown as readonly Json[]).length > 0 : text !== this.#text;
    this.#value = value;
    this.#text = text;
    if (isFirst || isNew) this.#options.onResult({ index, text });
  }
}

/** Without an index every query would be answered at once, for ever. */
function indexOf({ index }: WatchAnswer): string {
  if (/^[1-9]\d{0,19}$/.test(index)) return index;
  throw new KonsulError('REJECTED', `the answer has no index to wait for (X-Consul-Index: "${index.slice(0, 20)}")`);
}
