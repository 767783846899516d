/** The watches of an agent while it runs: each is followed, and its handler run at each change, one run at a time. Owns what runs. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';
import { type AskApi, followWatch, joinResults, type WatchResult } from './follow-watch.ts';
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
  /** Those that are being stopped. */
  readonly #leaving = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: WatchRunnerOptions) {
    this.#options = options;
  }

  /** How many are followed. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Follows exactly these from now on. Those that it follows already go on undisturbed; resolves when the others have ended. After
   * `stop` nothing happens.
   */
  async reload(definitions: readonly WatchDefinition[]): Promise<void> {
    if (this.#isStopped) return;
    this.#follow(definitions);
    await Promise.all(this.#leaving);
  }

  /** Ends all, and the runs of their handlers, for good; resolves when none runs, those that a reload is ending included. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#follow([]);
    await Promise.all(this.#leaving);
  }

  #follow(definitions: readonly WatchDefinition[]): void {
    const wanted = new Map(definitions.map((definition) => [JSON.stringify(definition), definition]));
    for (const [key, watch] of this.#running) if (!wanted.has(key)) this.#end(key, watch);
    for (const [key, definition] of wanted) {
      if (!this.#running.has(key)) this.#running.set(key, startWatch(definition, this.#options));
    }
  }

  #end(key: string, watch: RunningWatch): void {
    this.#running.delete(key);
    const left = watch.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }
}

function startWatch(definition: WatchDefinition, { ask, clock, prober, logger }: WatchRunnerOptions): RunningWatch {
  const { type, path, token, handler } = definition;
  const life = new AbortController();
  const { signal } = life;
  const log = logger.child({ watch: type, path });
  const run = (result: WatchResult): Promise<void> => runHandler(handler, result, { prober, logger: log, signal });
  const runs = new LatestRun(run, joinResults(type));
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
