/** Asks for leadership, leads while it has it, and asks again: for as long as the server runs. */
import type { Authority } from '../authority/authority.ts';
import type { LeaderDuty } from '../authority/duties.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { State } from '../state/state.ts';
import type { Engine, Leadership } from '../store/engine.ts';

export interface LeaderLoopOptions {
  readonly engine: Engine;
  readonly state: State;
  readonly authority: Authority;
  readonly duties: LeaderDuty;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called each time the lead was taken, when commands are decided; must not throw. The start waits for it. */
  readonly onLead: () => Promise<void>;
  /** `host:port` shown as the leader's. */
  readonly address: string;
}

const RETRY_MS = 1_000;
const CATCH_UP_POLL_MS = 5;

export class LeaderLoop {
  readonly #options: LeaderLoopOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #leadership: Leadership | undefined;

  constructor(options: LeaderLoopOptions) {
    this.#options = options;
  }

  /** Resolves when this server leads for the first time, or another is known to lead, or `timeoutMs` is over. */
  async start(timeoutMs: number): Promise<void> {
    const first = new AbortController();
    const { signal } = this.#stopping;
    signal.addEventListener('abort', () => first.abort(), { once: true });
    this.#running = this.#run(() => first.abort());
    const { engine, address, clock } = this.#options;
    const leader = engine.leader();
    if (leader === undefined || leader === address) await clock.sleep(timeoutMs, first.signal);
  }

  /** Lets running commits finish, then gives the leadership up. */
  async stop(): Promise<void> {
    const { authority, duties } = this.#options;
    this.#stopping.abort();
    duties.stop();
    await authority.stop();
    await this.#leadership?.resign();
    await this.#running;
  }

  async #run(led: () => void): Promise<void> {
    const { clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#leadOnce(led);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ error: messageOf(error) }, 'leadership could not be had, will ask again');
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  async #leadOnce(led: () => void): Promise<void> {
    const { engine, authority, duties, onLead, address, logger } = this.#options;
    const leadership = await engine.campaign(address, this.#stopping.signal);
    this.#leadership = leadership;
    await this.#catchUp(leadership);
    if (this.#stopping.signal.aborted) return leadership.resign();
    authority.lead(leadership, duties);
    duties.restart();
    logger.info({ index: leadership.index }, 'cluster leadership acquired');
    await Promise.race([onLead(), leadership.lost]);
    led();
    const reason = await leadership.lost;
    duties.stop();
    await authority.stop();
    this.#leadership = undefined;
    if (!this.#stopping.signal.aborted) logger.warn({ reason }, 'cluster leadership lost');
  }

  /** Nothing is decided before the state holds all that earlier leaders committed. */
  async #catchUp({ index }: Leadership): Promise<void> {
    const { state, clock } = this.#options;
    while (state.index < index && !this.#stopping.signal.aborted) await clock.sleep(CATCH_UP_POLL_MS, this.#stopping.signal);
  }
}
