/** Ordered start and reverse stop of long-lived parts, each with a deadline, so that a stuck part cannot hold the process. */
import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './logger.ts';

export interface Part {
  readonly name: string;
  /** Resolves when the part serves. A throw stops all that was started before. */
  start(): Promise<void>;
  /** Resolves when nothing of the part is left running. Called once, also after a failed start of a later part. */
  stop(): Promise<void>;
  /** How long `stop` may take before the next part is stopped all the same. Default 5,000. */
  readonly stopDeadlineMs?: number;
}

const DEFAULT_STOP_DEADLINE_MS = 5_000;

export class Lifecycle {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #started: Part[] = [];

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Starts the parts one after the other. */
  async start(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      try {
        await part.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#started.push(part);
    }
  }

  /** Stops what was started, last first. Never throws: failures are logged. */
  async stop(): Promise<void> {
    for (let part = this.#started.pop(); part !== undefined; part = this.#started.pop()) await this.#stopOne(part);
  }

  async #stopOne(part: Part): Promise<void> {
    const deadline = new AbortController();
    const late = this.#clock.sleep(part.stopDeadlineMs ?? DEFAULT_STOP_DEADLINE_MS, deadline.signal).then(() => 'late' as const);
    try {
      const outcome = await Promise.race([part.stop(), late]);
      if (outcome === 'late') this.#logger.error({ part: part.name }, 'part did not stop within its deadline');
    } catch (error) {
      this.#logger.error({ part: part.name, error: messageOf(error) }, 'part failed to stop');
    } finally {
      deadline.abort();
    }
  }
}
