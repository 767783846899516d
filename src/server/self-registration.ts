/** A server's own node in the catalog: written when it takes the lead, and again after a restore, which speaks of another time. */
import type { Authority } from '../authority/authority.ts';
import type { LeaderDuty } from '../authority/duties.ts';
import type { CatalogRegister } from '../model/commands/catalog.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';

export interface SelfRegistrationOptions {
  /** The first; `describe` replaces it. */
  readonly registration: CatalogRegister;
  readonly authority: Authority;
  readonly duties: LeaderDuty;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY_MS = 1_000;

export class SelfRegistration {
  readonly #options: SelfRegistrationOptions;
  readonly #stopping = new AbortController();
  #registration: CatalogRegister;

  constructor(options: SelfRegistrationOptions) {
    this.#options = options;
    this.#registration = options.registration;
  }

  /** What is to be registered from now on; whoever changes the node tells the catalog of it. */
  describe(registration: CatalogRegister): void {
    this.#registration = registration;
  }

  /** Writes the registration, and tries again for as long as this server leads. Never rejects. */
  async register(): Promise<void> {
    const { authority, clock, logger } = this.#options;
    const { signal } = this.#stopping;
    while (authority.leadership !== undefined && !signal.aborted) {
      try {
        await authority.submit(this.#registration);
        return;
      } catch (error) {
        logger.warn({ error: messageOf(error) }, 'this node could not be registered, will try again');
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** Everything was replaced: a leader starts its duties anew, registers itself, and has `sync` bring the rest. Never rejects. */
  async afterLoad(sync: () => Promise<void>): Promise<void> {
    const { authority, duties, logger } = this.#options;
    if (authority.leadership === undefined) return;
    duties.restart();
    await this.register();
    await sync().catch((error: unknown) => logger.warn({ error: messageOf(error) }, 'what is registered here could not be compared'));
  }

  stop(): void {
    this.#stopping.abort();
  }
}
