/** Agents that were turned down, in the log: each cause at once, and what repeats as a number, at most once a minute. Bounded. */
import type { Clock } from '../runtime/clock.ts';
import type { LogFields, Logger } from '../runtime/logger.ts';

const QUIET_MS = 60_000;
/** Causes that are told apart; more of them share one line. */
const MAX_CAUSES = 1_000;

interface Told {
  quietUntilMs: number;
  /** Not logged since. */
  repeats: number;
}

export class RefusalLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #causes = new Map<string, Told>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `cause`: what makes two of them the same, such as the address without its port and the kind of refusal. */
  refused(cause: string, fields: LogFields): void {
    const nowMs = this.#clock.nowMs();
    const told = this.#told(cause);
    if (nowMs < told.quietUntilMs) {
      told.repeats += 1;
      return;
    }
    this.#logger.warn(told.repeats === 0 ? fields : { ...fields, repeats: told.repeats }, 'an agent was turned down');
    told.quietUntilMs = nowMs + QUIET_MS;
    told.repeats = 0;
  }

  #told(cause: string): Told {
    if (this.#causes.size >= MAX_CAUSES) this.#forgetQuiet();
    const key = this.#causes.size >= MAX_CAUSES && !this.#causes.has(cause) ? '' : cause;
    const told = this.#causes.get(key) ?? { quietUntilMs: 0, repeats: 0 };
    this.#causes.set(key, told);
    return told;
  }

  #forgetQuiet(): void {
    const nowMs = this.#clock.nowMs();
    for (const [cause, { quietUntilMs }] of this.#causes) if (nowMs >= quietUntilMs) this.#causes.delete(cause);
  }
}
