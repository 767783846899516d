/** The one door through which commits enter a server's state, whoever made them: this leader, or another through the store's watch. */
import type { Change } from '../model/record.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { State } from '../state/state.ts';
import type { Committed, Engine, EngineWatcher, Loaded } from '../store/engine.ts';

export interface StateFeedOptions {
  readonly engine: Engine;
  readonly state: State;
  readonly logger: Logger;
}

export class StateFeed implements EngineWatcher {
  readonly #options: StateFeedOptions;
  #lineage = '';
  #unwatch: (() => void) | undefined;
  #stopped = false;

  constructor(options: StateFeedOptions) {
    this.#options = options;
  }

  /** The lineage of the store as it is in the state. */
  get lineage(): string {
    return this.#lineage;
  }

  /** Loads everything, and follows the store from there. */
  async start(): Promise<void> {
    const { engine, state } = this.#options;
    const loaded = await engine.load();
    this.#lineage = loaded.lineage;
    state.load(loaded);
    this.#unwatch = engine.watch(loaded.index, this);
  }

  stop(): void {
    this.#stopped = true;
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
    const { logger } = this.#options;
    if (this.#stopped) return;
    logger.warn({ reason }, 'the watch of the store ended, loading anew');
    this.start().catch((error: unknown) => logger.error({ error: messageOf(error) }, 'the store could not be loaded'));
  }
}
