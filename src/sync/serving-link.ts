/**
 * The life of one link on the serving side: challenge, hello, admission, welcome or refusal, session, end. Nothing is believed before the
 * hello is proven, and little is read; every end is told once, with its reason.
 */
import type { Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import type { Random } from '../runtime/random.ts';
import { decodeMessage, MAX_FRAME_BYTES, type Message } from './codec.ts';
import { toWireError } from './codec-error.ts';
import { type Hello, PROTOCOL } from './frames.ts';
import { HANDSHAKE_TIMEOUT_MS, MAX_HANDSHAKE_BYTES, newNonce, proofOf } from './handshake.ts';
import type { Admission } from './link-host.ts';
import { agentProof, type Door, helloProblem, peerProblem } from './serving-door.ts';
import { Outflow } from './serving-outflow.ts';
import { ServingSession, type SessionParts } from './serving-session.ts';

export interface ServingLinkOptions extends SessionParts {
  readonly link: Link;
  readonly random: Random;
  readonly door: Door;
  /** For people, as in the welcome. */
  readonly server: { readonly name: string; readonly address: string };
  readonly events: ServingLinkEvents;
}

export interface ServingLinkEvents {
  /** A hello has come, or the link has ended without one. */
  identified(link: ServingLink): void;
  welcomed(link: ServingLink): void;
  /** It is going to be closed. `hello` is missing if it did not come so far. */
  refused(link: ServingLink, error: KonsulError): void;
  /** Called once. */
  ended(link: ServingLink, reason: string): void;
}

export class ServingLink {
  readonly #options: ServingLinkOptions;
  readonly #outflow: Outflow;
  readonly #nonce: string;
  readonly #hurry: Timer;
  #hello: Hello | undefined;
  #session: ServingSession | undefined;
  #sinceMs = 0;
  #isOver = false;

  constructor(options: ServingLinkOptions) {
    this.#options = options;
    const { clock, link, random } = options;
    this.#nonce = newNonce(random);
    this.#outflow = new Outflow({ ...options, overflowed: (reason) => this.close(reason) });
    this.#hurry = clock.after(HANDSHAKE_TIMEOUT_MS, () => this.close(`no hello within ${HANDSHAKE_TIMEOUT_MS / 1_000} s`));
    link.onMessage((message) => this.#receive(message));
    link.onClose((reason) => this.#end(reason));
  }

  /** Who dialled, as it says; proven once there is a session. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** `undefined` until the welcome. */
  get session(): ServingSession | undefined {
    return this.#session;
  }

  get remoteAddress(): string {
    return this.#options.link.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#options.link.queuedBytes;
  }

  /** When it was welcomed, on the monotonic clock. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Asks the peer who it is, or turns it down at once. */
  greet(): void {
    const problem = peerProblem(this.#options.door, this.remoteAddress);
    if (problem !== undefined) this.#refuse(problem);
    else this.#outflow.frame({ t: 'challenge', protocol: PROTOCOL, nonce: this.#nonce });
  }

  /** Ends the link now: nothing that comes or changes is seen to any more. */
  close(reason: string): void {
    if (this.#isOver) return;
    this.#end(reason);
    this.#options.link.close(reason);
  }

  /** Turns the peer down with a text that reaches it: before the welcome as a frame, after it as the reason of the end. */
  #refuse(error: KonsulError): void {
    if (this.#isOver) return;
    this.#options.meters.refusals += 1;
    this.#options.events.refused(this, error);
    if (this.#session === undefined) this.#outflow.frame({ t: 'refused', error: toWireError(error), isTransient: error.retryable });
    this.close(error.message);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      const message = decodeMessage(bytes, this.#session === undefined ? MAX_HANDSHAKE_BYTES : MAX_FRAME_BYTES);
      this.#options.meters.countReceived(message.kind === 'chunk' ? 'chunk' : message.frame.t, bytes.byteLength);
      if (this.#session !== undefined) this.#session.receive(message);
      else this.#greeted(message);
    } catch (error) {
      this.#options.meters.malformed += 1;
      this.#refuse(asKonsulError(error));
    }
  }

  /** Before the welcome, a hello is all that may come, once. */
  #greeted(message: Message): void {
    if (message.kind === 'chunk' || message.frame.t !== 'hello' || this.#hello !== undefined) {
      throw new KonsulError('BAD_REQUEST', 'a link begins with a hello, and nothing else comes before its welcome');
    }
    this.#hurry.cancel();
    this.#hello = message.frame;
    this.#options.events.identified(this);
    const problem = helloProblem(this.#options.door, message.frame, this.#nonce);
    if (problem !== undefined) this.#refuse(problem);
    else void this.#admit(message.frame);
  }

  async #admit(hello: Hello): Promise<void> {
    try {
      const admission = await this.#options.host.admit({
        hello,
        remoteAddress: this.remoteAddress,
        close: (reason) => this.close(reason),
        answers: async (timeoutMs) => (await this.#session?.answers(timeoutMs)) ?? false,
      });
      if (this.#isOver) admission.lost('the link ended before it was welcomed');
      else this.#welcome(hello, admission);
    } catch (error) {
      this.#refuse(asKonsulError(error));
    }
  }

  #welcome(hello: Hello, admission: Admission): void {
    const { host, clock, door, server, heartbeatMs, events, meters } = this.#options;
    const { lineage, index } = host.views;
    const proof = proofOf({ ...agentProof(door, hello, this.#nonce), role: 'server' });
    this.#outflow.frame({ t: 'welcome', protocol: PROTOCOL, proof, lineage, index, server, heartbeatMs });
    this.#sinceMs = clock.nowMs();
    meters.links += 1;
    this.#session = new ServingSession({
      ...this.#options,
      ...{ hello, admission, outflow: this.#outflow, close: (reason: string) => this.close(reason) },
    });
    events.welcomed(this);
  }

  #end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hurry.cancel();
    this.#outflow.end();
    if (this.#hello === undefined) this.#options.events.identified(this);
    if (this.#session !== undefined) this.#options.meters.links -= 1;
    this.#session?.end(reason);
    this.#options.events.ended(this, reason);
  }
}

const asKonsulError = (error: unknown): KonsulError =>
  error instanceof KonsulError ? error : new KonsulError('KONSUL_INVARIANT', messageOf(error), { cause: error });
