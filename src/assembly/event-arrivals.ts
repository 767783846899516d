/** Shows the agent's inbox every event as it arrives, whether somebody reads events or not. */
import type { EventInbox } from '../api/event/inbox.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { Backend } from '../topics/backend.ts';
import { eventsTopic } from '../topics/events.ts';

export interface EventArrivalsOptions {
  readonly backend: Pick<Backend, 'read' | 'wait'>;
  readonly inbox: EventInbox;
  readonly clock: Clock;
}

/** The most that passes between two looks. */
const WAIT_MS = 600_000;
const RETRY_MS = 1_000;

export class EventArrivals implements Part {
  readonly name = 'events';
  readonly #options: EventArrivalsOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: EventArrivalsOptions) {
    this.#options = options;
  }

  /** To be started when the views and the agent's own services are there. */
  async start(): Promise<void> {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #follow(): Promise<void> {
    const { backend, inbox, clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const read = backend.read(eventsTopic, '');
        // No `await` for what is there: between a read and its wait nothing may change.
        const { items, index } = read instanceof Promise ? await read : read;
        inbox.keep(items);
        await backend.wait(eventsTopic, '', index, { timeoutMs: WAIT_MS, signal });
      } catch {
        // The servers cannot be reached, or do not lead: the next look finds what came meanwhile.
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }
}
