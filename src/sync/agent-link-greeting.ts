/**
 * The agent's half of the handshake on one open link: takes the challenge, says hello, has the server prove the key. Whatever else comes,
 * or nothing in time, closes the link with the reason.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import type { Random } from '../runtime/random.ts';
import { decodeMessage, encodeFrame } from './codec.ts';
import { type Challenge, type DownFrame, type Hello, PROTOCOL, type Refused, type UpFrame, type Welcome } from './frames.ts';
import { HANDSHAKE_TIMEOUT_MS, isProof, MAX_HANDSHAKE_BYTES, newNonce, type ProofInput, proofOf, protocolProblem } from './handshake.ts';

export interface GreetingOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly random: Random;
  readonly key: Uint8Array | undefined;
  /** Who says hello; asked once. */
  readonly introduce: () => Omit<Hello, 't' | 'protocol' | 'nonce' | 'proof'>;
  /** Called within the step in which the welcome arrives: what comes behind it is for whoever listens then. */
  readonly welcomed: (welcome: Welcome) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the agent is welcome. Rejects with UNREACHABLE, or with REJECTED if the server says no (`isRefusal`); then the link is closed. */
export const greet = (options: GreetingOptions): Promise<void> =>
  new Promise((resolve, reject) => new Greeting(options, { resolve, reject }));

/** Whether a server said no; `isTransient`: it may say yes soon. */
export const refusalOf = (error: unknown): { readonly isTransient: boolean } | undefined =>
  error instanceof KonsulError && typeof error.details.isTransient === 'boolean' ? { isTransient: error.details.isTransient } : undefined;

/** A server lets an agent in by a write, and asks whoever has its name whether he lives. */
const WELCOME_TIMEOUT_MS = 15_000;
/** Of what a server says when it refuses: it goes into log and status. */
const MAX_REFUSAL_CHARS = 1_000;

interface Outcome {
  readonly resolve: () => void;
  readonly reject: (error: KonsulError) => void;
}

class Greeting {
  readonly #options: GreetingOptions;
  readonly #outcome: Outcome;
  #deadline: Timer;
  readonly #nonce: string;
  /** Once there is a challenge: what both sides prove. */
  #proof: Omit<ProofInput, 'role'> | undefined;
  #isOver = false;

  constructor(options: GreetingOptions, outcome: Outcome) {
    this.#options = options;
    this.#outcome = outcome;
    const { link, random, signal } = options;
    this.#nonce = newNonce(random);
    this.#deadline = this.#failAfter(HANDSHAKE_TIMEOUT_MS);
    signal.addEventListener('abort', this.#abandon);
    link.onMessage((message) => this.#receive(message));
    link.onClose((reason) => this.#fail(reason));
    if (signal.aborted) this.#abandon();
  }

  #failAfter(timeoutMs: number): Timer {
    return this.#options.clock.after(timeoutMs, () => this.#fail(`no greeting within ${timeoutMs / 1_000} s`));
  }

  readonly #abandon = (): void => this.#fail('given up');

  #receive(message: Uint8Array): void {
    if (this.#isOver) return;
    try {
      const decoded = decodeMessage(message, MAX_HANDSHAKE_BYTES);
      if (decoded.kind === 'frame') this.#answer(decoded.frame);
      else this.#fail('the server sent a chunk before its welcome');
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #answer(frame: DownFrame | UpFrame): void {
    if (frame.t === 'challenge' && this.#proof === undefined) this.#hello(frame);
    else if (frame.t === 'welcome' && this.#proof !== undefined) this.#welcome(frame, this.#proof);
    else if (frame.t === 'refused') this.#refused(frame);
    else this.#fail(`the server sent a ${frame.t} frame where none was due`);
  }

  #hello({ protocol, nonce }: Challenge): void {
    const problem = protocolProblem(protocol);
    if (problem !== undefined) {
      this.#fail(problem);
      return;
    }
    this.#deadline.cancel();
    this.#deadline = this.#failAfter(WELCOME_TIMEOUT_MS);
    const { link, introduce, key } = this.#options;
    const facts = introduce();
    this.#proof = { key, serverNonce: nonce, agentNonce: this.#nonce, nodeId: facts.identity.nodeId };
    link.send(
      encodeFrame({ t: 'hello', protocol: PROTOCOL, nonce: this.#nonce, proof: proofOf({ ...this.#proof, role: 'agent' }), ...facts }),
    );
  }

  #welcome(frame: Welcome, proof: Omit<ProofInput, 'role'>): void {
    const problem = protocolProblem(frame.protocol);
    if (problem !== undefined) this.#fail(problem);
    else if (!isProof(frame.proof, { ...proof, role: 'server' })) {
      this.#fail('the server did not prove that it has the same key: `encrypt` has to be the same on both sides');
    } else {
      this.#end();
      this.#options.welcomed(frame);
      this.#outcome.resolve();
    }
  }

  #refused({ error, isTransient }: Refused): void {
    this.#close(new KonsulError('REJECTED', error.message.slice(0, MAX_REFUSAL_CHARS), { details: { isTransient } }), 'refused');
  }

  #fail(why: string): void {
    this.#close(new KonsulError('UNREACHABLE', why), why);
  }

  #close(error: KonsulError, reason: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#options.link.close(reason);
    this.#outcome.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#deadline.cancel();
    this.#options.signal.removeEventListener('abort', this.#abandon);
  }
}
