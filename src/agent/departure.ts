/** How an agent leaves: servers let its node go, it goes on answering for the drain time, and asks the process to end. Once. */
import type { LocalState } from '../local/local-state.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AgentLink } from '../sync/agent-link.ts';
import type { AgentMembers } from './agent-members.ts';

export interface DepartureOptions {
  readonly link: Pick<AgentLink, 'leave'>;
  readonly local: Pick<LocalState, 'stopSending'>;
  readonly members: Pick<AgentMembers, 'leaving' | 'left'>;
  readonly drainMs: () => number;
  /** Asks the process to end. */
  readonly stop: (reason: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Without a server that answers, the agent goes all the same: it will be missed, and reaped. */
const GIVE_UP_MS = 2_000;
/** Registrations on the way to the servers have this long to arrive before the leave. */
const QUIET_MS = 1_000;

export class Departure {
  readonly #options: DepartureOptions;
  #leaving: Promise<void> | undefined;

  constructor(options: DepartureOptions) {
    this.#options = options;
  }

  /** Others who ask wait for the same end. Never rejects. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    const { members, drainMs, stop, clock, logger } = this.#options;
    members.leaving();
    logger.info({ drainMs: drainMs() }, 'leaving: requests are answered a little longer');
    await Promise.race([this.#tellServers(), clock.sleep(GIVE_UP_MS)]);
    members.left();
    await clock.sleep(drainMs());
    stop('it left the cluster');
  }

  /** What is sent behind the leave would bring the node back. */
  async #tellServers(): Promise<void> {
    const { link, local, clock, logger } = this.#options;
    await Promise.race([local.stopSending(), clock.sleep(QUIET_MS)]);
    await link.leave().catch((error: unknown) => logger.warn({ error: messageOf(error) }, 'no server could be told of the leave'));
  }
}
