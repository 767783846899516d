/**
 * Whole requests answered by the server at the other end of one link: `?consistent`, large views, what only servers know. Many at a
 * time, each with its own credit; each ends by its answer, its deadline, its caller's abort, or the link's end.
 */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { RelayAnswer, RelayRequest } from '../topics/backend.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { fromWireError } from './codec-error.ts';
import type { Cancel, Chunk, Credit, Fail, RelayHead } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import { RelayExchange } from './relaying-exchange.ts';

export interface RelayingOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly meters: AgentLinkMeters;
}

/** As many as a server takes at a time from one link. */
const MAX_RELAYS = 256;

export class Relaying {
  readonly #options: RelayingOptions;
  readonly #exchanges = new Map<number, RelayExchange>();

  constructor(options: RelayingOptions) {
    this.#options = options;
  }

  /** As `Relay` says; UNREACHABLE if the server owes a step for 10 s and the request does not block; TOO_MANY_CONNECTIONS above 256 at a time. */
  async relay(request: RelayRequest): Promise<RelayAnswer> {
    if (request.signal.aborted) throw new KonsulError('UNREACHABLE', 'The request was given up');
    if (this.#exchanges.size >= MAX_RELAYS) {
      throw new KonsulError('TOO_MANY_CONNECTIONS', `${MAX_RELAYS} requests are being answered by the servers already`);
    }
    const { outgoing, clock } = this.#options;
    const id = outgoing.nextId();
    const exchange = new RelayExchange({ id, request, outgoing, clock, ended: () => this.#forget(id) });
    this.#exchanges.set(id, exchange);
    this.#options.meters.pendingRelays = this.#exchanges.size;
    exchange.begin();
    return exchange.answer;
  }

  head(frame: RelayHead): void {
    this.#exchanges.get(frame.id)?.head(frame);
  }

  chunk({ id, bytes }: Chunk): void {
    this.#exchanges.get(id)?.chunk(bytes);
  }

  credit({ id, bytes }: Credit): void {
    this.#exchanges.get(id)?.credit(bytes);
  }

  fail({ id, error }: Fail): void {
    this.#exchanges.get(id)?.fail(fromWireError(error));
  }

  /** The server gave up an answer. */
  cancel({ id }: Cancel): void {
    this.#exchanges.get(id)?.fail(new KonsulError('UNREACHABLE', 'The server broke off its answer'));
  }

  /** The link has ended. */
  end(reason: string): void {
    for (const exchange of [...this.#exchanges.values()]) {
      exchange.fail(new KonsulError('UNREACHABLE', `The link to the servers ended before the answer did: ${reason}`));
    }
  }

  #forget(id: number): void {
    this.#exchanges.delete(id);
    this.#options.meters.pendingRelays = this.#exchanges.size;
  }
}
