/** The one door through which commits enter a server's state, whoever made them: this leader, or another through the store's watch. */
import type { Change } from '../model/record.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { State } from '../state/state.ts';
import type { Committed, Engine, EngineWatcher, Loaded } from '../store/engine.ts';

export interface StateFeedOptions {
  readonly engine: Engine;
  readonly state: State;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY_MS = 1_000;

export class StateFeed implements EngineWatcher {
  readonly #options: StateFeedOptions;
  readonly #stopping = new AbortController();
  #lineage = '';
  #unwatch: (() => void) | undefined;

  constructor(options: StateFeedOptions) {
    this.#options = options;
  }

  /** The lineage of the store as it is in the state. */
  get lineage(): string {
    return this.#lineage;
  }

  /** Loads everything, and follows the store from there. Throws what the store throws. */
  async start(): Promise<void> {
    const { engine, state } = this.#options;
    const loaded = await engine.load();
    if (this.#stopping.signal.aborted) return;
    this.#lineage = loaded.lineage;
    state.load(loaded);
    this.#unwatch = engine.watch(loaded.index, this);
  }

  stop(): void {
    this.#stopping.abort();
    this.#unwatch?.();
  }

  /** Takes a commit in, unless it is in already. */
  apply(changes: readonly Change[], index: number): void {
    const { state } = this.#options;
    if (index > state.index) state.apply(changes, index);
  }

  committed({ changes, index }: Committed): void {
    this.apply(changes, index);
  }

  replaced(loaded: Loaded): void {
    if (loaded.lineage === this.#lineage) return;
    this.#lineage = loaded.lineage;
    this.#options.state.load(loaded);
  }

  failed(reason: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.logger.warn({ reason }, 'the watch of the store ended, loading anew');
    void this.#restart();
  }

  /** Until it is loaded: a state that no longer follows its store would answer with the past for ever. */
  async #restart(): Promise<void> {
    const { clock, logger } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        return await this.start();
      } catch (error) {
        logger.error({ error: messageOf(error) }, 'the store could not be loaded, will try again');
        await clock.sleep(RETRY_MS, this.#stopping.signal);
      }
    }
  }
}
