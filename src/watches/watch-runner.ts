/** The watches of an agent while it runs: each is followed, and its handler run at each change, one run at a time. Owns what runs. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import { type AskApi, followWatch, type WatchResult } from './follow-watch.ts';
import { LatestRun } from './latest-run.ts';
import type { WatchDefinition } from './watch-definition.ts';
import { runHandler } from './watch-handler.ts';

export interface WatchRunnerOptions {
  readonly ask: AskApi;
  readonly clock: Clock;
  readonly prober: Prober;
  readonly logger: Logger;
}

interface RunningWatch {
  /** Resolves when nothing of it runs. Never rejects. */
  stop(): Promise<void>;
}

export class WatchRunner {
  readonly #options: WatchRunnerOptions;
  /** By what defines them: two that are the same are one. */
  readonly #running = new Map<string, RunningWatch>();

  constructor(options: WatchRunnerOptions) {
    this.#options = options;
  }

  /** How many are followed. */
  get size(): number {
    return this.#running.size;
  }

  /** Follows exactly these from now on. Those that it follows already go on undisturbed; resolves when the others have ended. */
  async reload(definitions: readonly WatchDefinition[]): Promise<void> {
    const wanted = new Map(definitions.map((definition) => [JSON.stringify(definition), definition]));
    const gone = [...this.#running].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.#running.delete(key);
    for (const [key, definition] of wanted) {
      if (!this.#running.has(key)) this.#running.set(key, startWatch(definition, this.#options));
    }
    await Promise.all(gone.map(([, watch]) => watch.stop()));
  }

  /** Ends all, and the runs of their handlers. May be started again by `reload`. */
  async stop(): Promise<void> {
    await this.reload([]);
  }
}

function startWatch(definition: WatchDefinition, { ask, clock, prober, logger }: WatchRunnerOptions): RunningWatch {
  const { type, path, token, handler } = definition;
  const life = new AbortController();
  const { signal } = life;
  const log = logger.child({ watch: type, path });
  const runs = new LatestRun((result: WatchResult) => runHandler(handler, result, { prober, logger: log, signal }));
  const followed = followWatch({
    ...{ type, path, token, ask, clock, signal },
    onResult: (result) => runs.offer(result),
    onFailure: (error, retryMs) => log.warn({ error: messageOf(error), retryMs }, 'watch failed; it is tried again'),
  });
  return {
    async stop() {
      life.abort();
      await runs.settle();
      await followed;
    },
  };
}
