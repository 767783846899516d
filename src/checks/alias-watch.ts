/**
 * The life of one alias check: looks when something changed, and every minute. Changes that come together are looked at once, and never
 * from within the change itself, so that a long chain of aliases is no deep recursion.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { CheckResult } from './define-check.ts';

const REFRESH_MS = 60_000;

export interface AliasWatchOptions {
  readonly clock: Clock;
  /** Has `changed` called after each change; returns how to stop. */
  readonly watch: (changed: () => void) => () => void;
  /** The result now; `undefined`: nothing is known yet. */
  readonly look: () => CheckResult | undefined;
  readonly report: (result: CheckResult) => void;
}

export class AliasWatch {
  readonly #options: AliasWatchOptions;
  readonly #stopWatching: () => void;
  #timer: Timer | undefined;
  #isDue = false;
  #isStopped = false;

  /** Looks at once. */
  constructor(options: AliasWatchOptions) {
    this.#options = options;
    this.#stopWatching = options.watch(() => this.#lookSoon());
    this.#lookSoon();
  }

  /** Nothing is reported from here on. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopWatching();
    this.#timer?.cancel();
  }

  #lookSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#look());
  }

  #look(): void {
    this.#isDue = false;
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(REFRESH_MS, () => this.#lookSoon());
    const result = this.#options.look();
    if (result !== undefined) this.#options.report(result);
  }
}
