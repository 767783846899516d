/**
 * Links between threads of one process, over a `MessagePort` each. A message is copied once and handed over; its receiver acknowledges it,
 * so that a thread that is stuck fills no memory. A link keeps no thread alive; only a dial does, until it is answered.
 */
import { MessageChannel, MessagePort } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Link, LinkListener, LinkTransport } from './link.ts';
import { assertNotAborted, dialAborted, dialFailed } from './link-address.ts';
import { DEFAULT_MAX_QUEUED_BYTES } from './link-inbox.ts';
import { PortLink } from './port-link-end.ts';

export interface PortTransportOptions {
  /**
   * Its other end is in the other thread, in a `PortTransport` there. Closing it makes every dial fail, and leaves links as they are. It
   * keeps no thread alive, unless its owner refs it again.
   */
  readonly port: MessagePort;
  readonly clock: Clock;
  /** Bytes that may wait in one direction of a link; one more message closes it with a reason. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** How long the other thread may take to answer a dial. Default 5,000. */
  readonly dialTimeoutMs?: number;
}

/** What is sent over the transport's own port: somebody dials; `port` becomes the link. */
interface Dial {
  readonly address: string;
  readonly port: MessagePort;
}

/** Over a link's port, before it is one: it was accepted, or why not. */
type DialAnswer = true | string;

const THREAD_GONE = 'the other thread is gone';

export class PortTransport implements LinkTransport {
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #maxQueuedBytes: number;
  readonly #dialTimeoutMs: number;
  readonly #accepts = new Map<string, (link: Link) => void>();
  readonly #gone = new AbortController();

  constructor({ port, clock, maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES, dialTimeoutMs = 5_000 }: PortTransportOptions) {
    this.#port = port;
    this.#clock = clock;
    this.#maxQueuedBytes = maxQueuedBytes;
    this.#dialTimeoutMs = dialTimeoutMs;
    port.on('message', (message: unknown) => isDial(message) && this.#answer(message));
    port.on('close', () => this.#gone.abort());
    port.unref();
  }

  /** An address is any text that both threads know. */
  async listen(address: string, accept: (link: Link) => void): Promise<LinkListener> {
    if (this.#accepts.has(address)) throw new Error(`address ${address} is already in use`);
    this.#accepts.set(address, accept);
    return { address, close: async () => void this.#accepts.delete(address) };
  }

  async dial(address: string, signal: AbortSignal): Promise<Link> {
    assertNotAborted(address, signal);
    if (this.#gone.signal.aborted) throw dialFailed(address, `dial ${address}: ${THREAD_GONE}`);
    const { port1: near, port2: far } = new MessageChannel();
    this.#port.postMessage({ address, port: far } satisfies Dial, [far]);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
        this.#gone.signal.removeEventListener('abort', gone);
        near.removeAllListeners();
      };
      const fail = (error: Error): void => {
        settle();
        near.close();
        reject(error);
      };
      const abort = (): void => fail(dialAborted(address));
      const gone = (): void => fail(dialFailed(address, `dial ${address}: ${THREAD_GONE}`));
      const timer = this.#clock.after(this.#dialTimeoutMs, () => fail(dialFailed(address, `dial ${address}: timed out`)));
      signal.addEventListener('abort', abort);
      this.#gone.signal.addEventListener('abort', gone);
      near.once('close', gone);
      near.once('message', (answer: DialAnswer) => {
        if (answer !== true) return fail(dialFailed(address, `dial ${address}: ${answer}`));
        settle();
        resolve(portLink(near, this.#maxQueuedBytes));
      });
    });
  }

  #answer({ address, port }: Dial): void {
    const accept = this.#accepts.get(address);
    if (accept === undefined) {
      port.postMessage(`connection refused: nobody listens at ${address}` satisfies DialAnswer);
      port.close();
      return;
    }
    port.postMessage(true satisfies DialAnswer);
    const link = portLink(port, this.#maxQueuedBytes);
    try {
      accept(link);
    } catch (error) {
      link.close(messageOf(error));
      throw error;
    }
  }
}

/** The link over a port whose other end is one too. Owns the port from then on. */
export const portLink = (port: MessagePort, maxQueuedBytes: number = DEFAULT_MAX_QUEUED_BYTES): Link => new PortLink(port, maxQueuedBytes);

const isDial = (message: unknown): message is Dial =>
  typeof message === 'object' &&
  message !== null &&
  'address' in message &&
  typeof message.address === 'string' &&
  'port' in message &&
  message.port instanceof MessagePort;
