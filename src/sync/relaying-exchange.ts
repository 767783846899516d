/**
 * One relayed request: its body goes up as the server grants credit, its answer comes down as the reader takes it. Until the head, the
 * server has 10 s for each step that it owes, unless the request itself is to wait; a slow client has the time that it needs.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { RelayAnswer, RelayRequest } from '../topics/backend.ts';
import { INITIAL_CREDIT_BYTES, MAX_CHUNK_BYTES, type RelayHead } from './frames.ts';
import type { Outgoing } from './outgoing.ts';
import { RelayChunks } from './relaying-chunks.ts';

export interface RelayExchangeOptions {
  readonly id: number;
  readonly request: RelayRequest;
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  /** Called once, when nothing of it will be sent or taken any more. */
  readonly ended: () => void;
}

const DEADLINE_MS = 10_000;
const SNAPSHOT_PATH = '/v1/snapshot';

export class RelayExchange {
  /** The answer's head, with the chunks behind it. */
  readonly answer: Promise<RelayAnswer>;
  readonly #options: RelayExchangeOptions;
  readonly #chunks: RelayChunks;
  #resolve: (answer: RelayAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #hasHead = false;
  #isOver = false;
  /** Bytes of the body that may be sent. */
  #creditBytes = INITIAL_CREDIT_BYTES;
  #credited: () => void = () => {};
  /** Runs while the server owes a step: credit, or the head. */
  #deadline: Timer | undefined;

  constructor(options: RelayExchangeOptions) {
    this.#options = options;
    const { id, outgoing } = options;
    this.#chunks = new RelayChunks({
      taken: (bytes) => {
        if (!this.#isOver) outgoing.send({ t: 'credit', id, bytes });
      },
      abandoned: () => this.#abandon(),
    });
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Sends the request. Throws TOO_LARGE if no link carries its head; then nothing of it is left. */
  begin(): void {
    const { id, request, outgoing } = this.#options;
    const { method, path, rawQuery, remoteAddress, signal } = request;
    const hasBody = mayHaveBody(request);
    try {
      outgoing.send({ t: 'relay', id, method, path, rawQuery, headers: flat(request.headers), remoteAddress, hasBody });
    } catch (error) {
      this.#end();
      throw error;
    }
    signal.addEventListener('abort', this.#abandon);
    if (!hasBody) this.#expectStep();
    else void this.#sendBody().catch((error: unknown) => this.#giveUp(`The body of the request broke off: ${messageOf(error)}`));
  }

  head({ status, headers }: RelayHead): void {
    this.#hasHead = true;
    this.#deadline?.cancel();
    this.#resolve({ status, headers, chunks: this.#chunks });
  }

  /** Empty: the end. */
  chunk(bytes: Uint8Array): void {
    if (!this.#hasHead) this.#giveUp('The server sent an answer that has no head');
    else if (bytes.length === 0) {
      this.#end();
      this.#chunks.finish();
    } else if (!this.#chunks.put(bytes)) this.#giveUp('The server sent more of its answer than it was allowed to');
  }

  credit(bytes: number): void {
    this.#creditBytes += bytes;
    this.#credited();
  }

  /** No answer comes, or no more of it. */
  fail(error: KonsulError): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(error);
    this.#chunks.fail(error);
  }

  /** The one who asked has gone. */
  readonly #abandon = (): void => this.#giveUp('The request was given up');

  /** Ends it at both ends. */
  #giveUp(why: string): void {
    if (this.#isOver) return;
    const { id, outgoing } = this.#options;
    outgoing.send({ t: 'cancel', id });
    this.fail(new KonsulError('UNREACHABLE', why));
  }

  /** The rest of a body that nobody wants any more is left to whoever made it. */
  async #sendBody(): Promise<void> {
    const { id, request, outgoing } = this.#options;
    const body = request.bodyStream[Symbol.asyncIterator]();
    for (let next = await body.next(); next.done !== true; next = await body.next()) {
      for (let from = 0; from < next.value.length; from += MAX_CHUNK_BYTES) {
        const bytes = next.value.subarray(from, from + MAX_CHUNK_BYTES);
        await this.#creditFor(bytes.length);
        if (this.#isOver) return;
        outgoing.sendChunk({ id, bytes });
      }
      if (this.#isOver) return;
    }
    if (this.#isOver) return;
    outgoing.sendChunk({ id, bytes: new Uint8Array() });
    this.#expectStep();
  }

  /** Resolves when so much may be sent, or nothing any more. */
  async #creditFor(bytes: number): Promise<void> {
    while (this.#creditBytes < bytes && !this.#isOver) {
      this.#expectStep();
      await new Promise<void>((resolve) => {
        this.#credited = resolve;
      });
    }
    this.#deadline?.cancel();
    this.#creditBytes -= bytes;
  }

  #expectStep(): void {
    this.#deadline?.cancel();
    const { request, clock } = this.#options;
    if (this.#hasHead || this.#isOver || mayTakeLong(request)) return;
    this.#deadline = clock.after(DEADLINE_MS, () =>
      this.#giveUp(`The servers did not answer within ${DEADLINE_MS / 1_000} s: whether they acted is unknown`),
    );
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#options.request.signal.removeEventListener('abort', this.#abandon);
    this.#credited();
    this.#options.ended();
  }
}

/** By the method: how long a body is, is said on the connection that it came on, and that is left behind. */
const mayHaveBody = ({ method }: RelayRequest): boolean => method !== 'GET';

/** It waits at the server for what is newer than an index, or has the whole state written or replaced. */
const mayTakeLong = ({ path, rawQuery }: RelayRequest): boolean =>
  path === SNAPSHOT_PATH || Number(new URLSearchParams(rawQuery).get('index')) !== 0;

/** Several lines of one name as one (RFC 9110, section 5.3). */
function flat(headers: RelayRequest['headers']): Record<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
  );
  return Object.fromEntries(pairs);
}
