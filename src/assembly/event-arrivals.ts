/** Shows the agent's inbox every event as it arrives, whether somebody reads events or not. */
import type { EventInbox } from '../api/event/inbox.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { State } from '../state/state.ts';
import { eventsTopic } from '../topics/events.ts';

export class EventArrivals implements Part {
  readonly name = 'events';
  readonly #state: State;
  readonly #inbox: EventInbox;
  #unwait = (): void => {};

  constructor(state: State, inbox: EventInbox) {
    this.#state = state;
    this.#inbox = inbox;
  }

  /** To be started when the state and the agent's own services are there. */
  async start(): Promise<void> {
    this.#show();
  }

  async stop(): Promise<void> {
    this.#unwait();
  }

  #show(): void {
    this.#inbox.keep(this.#state.read(eventsTopic, '').items);
    this.#unwait = this.#state.wait(eventsTopic, '', () => this.#show());
  }
}
