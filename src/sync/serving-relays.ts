/** The relayed requests of one link: which chunk, credit and cancel belongs to which. Bounded; all end with the link. */
import { KonsulError } from '../runtime/errors.ts';
import type { Relay } from '../topics/backend.ts';
import { toWireError } from './codec-error.ts';
import type { Cancel, Chunk, Credit, RelayFrame } from './frames.ts';
import { ServingExchange } from './serving-exchange.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { Outflow } from './serving-outflow.ts';

export interface ServingRelaysOptions {
  readonly relay: Relay;
  readonly outflow: Outflow;
  readonly meters: ServingMeters;
}

/** At a time, of one link. */
const MAX_EXCHANGES = 256;

export class ServingRelays {
  readonly #options: ServingRelaysOptions;
  readonly #exchanges = new Map<number, ServingExchange>();

  constructor(options: ServingRelaysOptions) {
    this.#options = options;
  }

  /** Exchanges that run. */
  get size(): number {
    return this.#exchanges.size;
  }

  /** Throws BAD_REQUEST for an id that is in use. */
  begin(frame: RelayFrame): void {
    const { relay, outflow, meters } = this.#options;
    const { id } = frame;
    if (this.#exchanges.has(id)) throw new KonsulError('BAD_REQUEST', `relay ${id} is there already`);
    if (this.#exchanges.size >= MAX_EXCHANGES) {
      outflow.frame({ t: 'fail', id, error: toWireError(tooMany()) });
      return;
    }
    const exchange = new ServingExchange({ frame, relay, outflow, ended: () => this.#forget(id) });
    this.#exchanges.set(id, exchange);
    meters.relayed += 1;
    meters.relays += 1;
    void exchange.run();
  }

  /** Of an exchange that is over: ignored, it was on its way. Throws BAD_REQUEST for more than there was credit for. */
  chunk({ id, bytes }: Chunk): void {
    if (this.#exchanges.get(id)?.body(bytes) === false) {
      throw new KonsulError('BAD_REQUEST', `relay ${id} has sent more than it had credit for`);
    }
  }

  credit({ id, bytes }: Credit): void {
    this.#exchanges.get(id)?.addCredit(bytes);
  }

  cancel({ id }: Cancel): void {
    this.#exchanges.get(id)?.cancel();
  }

  end(): void {
    for (const exchange of this.#exchanges.values()) exchange.cancel();
  }

  #forget(id: number): void {
    if (this.#exchanges.delete(id)) this.#options.meters.relays -= 1;
  }
}

const tooMany = (): KonsulError =>
  new KonsulError('TOO_MANY_CONNECTIONS', `${MAX_EXCHANGES} relayed requests of this link are being answered already`);
