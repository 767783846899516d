/**
 * One relayed request and its answer: head, then chunks, each only with credit from the agent and while the link has little to carry.
 * Ends once: by the last chunk, by `fail` or `cancel` to the agent, or by the agent.
 */
import { KonsulError } from '../runtime/errors.ts';
import type { Relay, RelayAnswer } from '../topics/backend.ts';
import { toWireError } from './codec-error.ts';
import { INITIAL_CREDIT_BYTES, MAX_CHUNK_BYTES, type RelayFrame } from './frames.ts';
import { ServingBody } from './serving-body.ts';
import type { Outflow } from './serving-outflow.ts';

export interface ServingExchangeOptions {
  readonly frame: RelayFrame;
  readonly relay: Relay;
  readonly outflow: Outflow;
  ended(): void;
}

const END = new Uint8Array();

export class ServingExchange {
  readonly #options: ServingExchangeOptions;
  readonly #abort = new AbortController();
  readonly #body: ServingBody;
  #credit = INITIAL_CREDIT_BYTES;
  #isOver = false;
  /** Called with the first credit, or at the end. */
  #wake: () => void = () => {};

  constructor(options: ServingExchangeOptions) {
    this.#options = options;
    const { frame, outflow } = options;
    this.#body = new ServingBody(frame.hasBody, (bytes) => {
      if (!this.#isOver) outflow.frame({ t: 'credit', id: frame.id, bytes });
    });
  }

  /** Resolves when the exchange is over. Never rejects. */
  async run(): Promise<void> {
    try {
      const answer = await this.#options.relay(this.#request());
      await this.#send(answer);
    } catch (error) {
      this.#finish(() => this.#options.outflow.frame({ t: 'fail', id: this.#options.frame.id, error: toWireError(error) }));
    }
  }

  /** A chunk of the body. False: the agent sent more than it may. */
  body(bytes: Uint8Array): boolean {
    return this.#body.put(bytes);
  }

  addCredit(bytes: number): void {
    const hadNone = this.#credit === 0;
    this.#credit += bytes;
    // Whoever had credit waits for room, and is called for it: once.
    if (hadNone) this.#wake();
  }

  /** The agent has gone, or wants no more; it is not told anything. */
  cancel(): void {
    this.#finish(() => {});
  }

  #request(): Parameters<Relay>[0] {
    const { method, path, rawQuery, headers, remoteAddress } = this.#options.frame;
    return { method, path, rawQuery, headers, remoteAddress, bodyStream: this.#body, signal: this.#abort.signal };
  }

  /** `run` turns a failure before the head into `fail`; one behind it ends the exchange here. */
  async #send({ status, headers, chunks }: RelayAnswer): Promise<void> {
    const { outflow, frame } = this.#options;
    if (!this.#isOver) outflow.frame({ t: 'head', id: frame.id, status, headers });
    try {
      for await (const chunk of chunks) {
        if (!(await this.#sendAll(chunk))) return;
      }
      this.#finish(() => outflow.chunk({ id: frame.id, bytes: END }));
    } catch {
      this.#finish(() => outflow.frame({ t: 'cancel', id: frame.id }));
    }
  }

  /** False once the exchange is over. */
  async #sendAll(bytes: Uint8Array): Promise<boolean> {
    for (let at = 0; at < bytes.length; ) {
      await this.#turn();
      if (this.#isOver) return false;
      const piece = bytes.subarray(at, at + Math.min(this.#credit, MAX_CHUNK_BYTES));
      this.#credit -= piece.length;
      at += piece.length;
      this.#options.outflow.chunk({ id: this.#options.frame.id, bytes: piece });
    }
    return !this.#isOver;
  }

  /** Resolves when there is credit and room, or at the end. */
  async #turn(): Promise<void> {
    while (!this.#isOver && (this.#credit === 0 || this.#options.outflow.isLong)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#credit > 0) this.#options.outflow.whenShort(resolve);
      });
    }
  }

  #finish(tell: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    tell();
    this.#abort.abort();
    this.#body.break(new KonsulError('UNREACHABLE', 'the request was cancelled'));
    this.#wake();
    this.#options.ended();
  }
}
