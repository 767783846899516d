/** Questions on one link that have one answer: commands, fetches, the leave. Each ends by its answer, its deadline, or the link's end. */
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import type { UpFrame } from './frames.ts';
import type { Outgoing } from './outgoing.ts';

export interface OutgoingCallsOptions {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly meters: AgentLinkMeters;
}

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: Timer;
}

/** As many as a server takes unanswered from one link. */
const MAX_PENDING = 1_000;
const DEADLINE_MS = 10_000;

export class OutgoingCalls {
  readonly #options: OutgoingCallsOptions;
  readonly #calls = new Map<number, Call>();

  constructor(options: OutgoingCallsOptions) {
    this.#options = options;
  }

  /**
   * Sends what `frameOf` makes of an id, and resolves with the result that comes back. Rejects as the server says, with UNREACHABLE
   * after 10 s, TOO_MANY_CONNECTIONS above 1,000 at a time, TOO_LARGE for what no link carries.
   */
  async call(frameOf: (id: number) => UpFrame): Promise<unknown> {
    const { outgoing, clock, meters } = this.#options;
    if (this.#calls.size >= MAX_PENDING) {
      throw new KonsulError('TOO_MANY_CONNECTIONS', `${MAX_PENDING} requests to the servers wait for their answers already`);
    }
    const id = outgoing.nextId();
    outgoing.send(frameOf(id));
    return new Promise((resolve, reject) => {
      const deadline = clock.after(DEADLINE_MS, () => this.#take(id)?.reject(noAnswer(`no answer within ${DEADLINE_MS / 1_000} s`)));
      this.#calls.set(id, { resolve, reject, deadline });
      meters.pendingCalls = this.#calls.size;
    });
  }

  /** Nothing happens if nobody waits for it: it came after its deadline, or belongs to another kind of exchange. */
  done(id: number, result: unknown): void {
    this.#take(id)?.resolve(result);
  }

  /** As `done`. */
  fail(id: number, error: KonsulError): void {
    this.#take(id)?.reject(error);
  }

  /** The link has ended. */
  end(reason: string): void {
    for (const id of [...this.#calls.keys()]) this.#take(id)?.reject(noAnswer(reason));
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    call?.deadline.cancel();
    this.#calls.delete(id);
    this.#options.meters.pendingCalls = this.#calls.size;
    return call;
  }
}

/** UNREACHABLE, of something that was sent and not answered. */
export const noAnswer = (why: string): KonsulError =>
  new KonsulError('UNREACHABLE', `The servers did not answer, and whether they acted is unknown: ${why}`);

/** NO_SERVERS, in Consul's words: no link is up. */
export const noServers = (): KonsulError => new KonsulError('NO_SERVERS', 'No known Consul servers');
