/**
 * The events that were meant for this agent. Each is judged once, with the services that the agent has when the event arrives, as Consul's
 * agents do: who registers a service later does not find old events, and who removes one does not lose them. After a start the events
 * that are there arrive anew. One for each process; holds a verdict for each event of the ring.
 */
import type { UserEvent } from '../../model/user-event.ts';
import { type Addressee, isAddressed } from './addressed.ts';

export class EventInbox {
  readonly #addressee: Addressee;
  /** By the ids of the events in the ring as it was last seen. */
  #verdicts: ReadonlyMap<string, boolean> = new Map();
  #ring: readonly UserEvent[] = [];
  #kept: readonly UserEvent[] = [];

  constructor(addressee: Addressee) {
    this.#addressee = addressee;
  }

  /**
   * Those of the ring, the newest one, that were meant for this agent; judges what it has not seen before. So the assembly calls this
   * whenever the ring changes. Readers of the same ring share one list.
   */
  keep(ring: readonly UserEvent[]): readonly UserEvent[] {
    if (ring === this.#ring) return this.#kept;
    const verdicts = new Map(ring.map((event) => [event.id, this.#verdicts.get(event.id) ?? isAddressed(event, this.#addressee)]));
    this.#ring = ring;
    this.#verdicts = verdicts;
    this.#kept = ring.filter(({ id }) => verdicts.get(id));
    return this.#kept;
  }
}
