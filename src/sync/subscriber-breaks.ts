/**
 * How often each view broke on one link, and when it may be asked for again: at once the first time, then after a pause that doubles.
 * What a server sends wrong again and again must not become a loop. Owns the pauses; asks nobody itself.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { SubscribedView } from './subscriber-view.ts';

export interface BreaksOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The view may be asked for now. */
  readonly ask: (view: SubscribedView) => void;
}

interface Trouble {
  /** In a row. */
  breaks: number;
  /** When the view became right after its last break. */
  rightSinceMs: number | undefined;
  pause: Timer | undefined;
}

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** Right for so long, a view is trusted as if it had never broken. One good change is no proof: a bad one may follow every time. */
const TRUSTED_AFTER_MS = 30_000;
const WARNING_INTERVAL_MS = 60_000;

export class SubscriberBreaks {
  readonly #options: BreaksOptions;
  readonly #troubles = new Map<SubscribedView, Trouble>();
  #warnedMs: number | undefined;
  /** Breaks since the last warning. */
  #untold = 0;

  constructor(options: BreaksOptions) {
    this.#options = options;
  }

  /** A change did not fit. */
  broke(view: SubscribedView): void {
    const trouble = this.#troubleOf(view);
    trouble.breaks += 1;
    trouble.rightSinceMs = undefined;
    this.#untold += 1;
    if (trouble.breaks === 1) this.#options.ask(view);
    else {
      this.#askLater(view, trouble);
      this.#warn(view);
    }
  }

  /** What it holds was proved right. */
  right(view: SubscribedView): void {
    const trouble = this.#troubles.get(view);
    if (trouble === undefined) return;
    trouble.pause?.cancel();
    trouble.rightSinceMs ??= this.#options.clock.nowMs();
  }

  /** Nobody wants it any more. */
  forget(view: SubscribedView): void {
    this.#troubles.get(view)?.pause?.cancel();
    this.#troubles.delete(view);
  }

  /** The link has ended. */
  end(): void {
    for (const view of [...this.#troubles.keys()]) this.forget(view);
  }

  #troubleOf(view: SubscribedView): Trouble {
    const known = this.#troubles.get(view);
    if (known !== undefined && !this.#isTrusted(known)) return known;
    const trouble = { breaks: 0, rightSinceMs: undefined, pause: undefined };
    this.#troubles.set(view, trouble);
    return trouble;
  }

  #isTrusted({ rightSinceMs }: Trouble): boolean {
    return rightSinceMs !== undefined && this.#options.clock.nowMs() - rightSinceMs >= TRUSTED_AFTER_MS;
  }

  #askLater(view: SubscribedView, trouble: Trouble): void {
    const { clock, ask } = this.#options;
    trouble.pause?.cancel();
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (trouble.breaks - 2), MAX_PAUSE_MS);
    trouble.pause = clock.after(pauseMs, () => ask(view));
  }

  #warn({ topic }: SubscribedView): void {
    const { clock, logger } = this.#options;
    const nowMs = clock.nowMs();
    if (this.#warnedMs !== undefined && nowMs - this.#warnedMs < WARNING_INTERVAL_MS) return;
    logger.warn({ topic: topic.name, breaks: this.#untold }, 'a view keeps breaking: what the server sends of it does not fit');
    this.#warnedMs = nowMs;
    this.#untold = 0;
  }
}
