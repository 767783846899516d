/** The listeners of the server for links of agents: all in front of one `LinkServer`. */
import type { Part } from '../runtime/lifecycle.ts';
import type { Link, LinkListener, LinkTransport } from '../runtime/link.ts';
import type { Logger } from '../runtime/logger.ts';

/** What takes the links. */
export interface LinkTaker {
  accept(link: Link): void;
  stop(): void | Promise<void>;
}

export interface LinkDoorOptions {
  /** `undefined`: nobody listens. */
  readonly transport: LinkTransport | undefined;
  /** `host:port` of each listener. */
  readonly addresses: readonly string[];
  readonly taker: LinkTaker;
  readonly logger: Logger;
}

export class LinkDoor implements Part {
  readonly name = 'links';
  readonly #options: LinkDoorOptions;
  #listeners: readonly LinkListener[] = [];

  constructor(options: LinkDoorOptions) {
    this.#options = options;
  }

  /** `host:port` of each. */
  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** All or none. Throws the system's error (EADDRINUSE, EACCES, …). */
  async start(): Promise<void> {
    const { transport, addresses, taker, logger } = this.#options;
    const started = await Promise.allSettled(addresses.map((address) => transport?.listen(address, (link) => taker.accept(link))));
    this.#listeners = started.flatMap((each) => (each.status === 'fulfilled' && each.value !== undefined ? [each.value] : []));
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      await this.stop();
      throw failed.reason;
    }
    if (this.addresses.length > 0) logger.info({ addresses: this.addresses }, 'agents may link');
  }

  /** No new links, and the end of those there are: their agents go to another server, or wait for this one. */
  async stop(): Promise<void> {
    const { taker } = this.#options;
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#listeners = [];
    await taker.stop();
  }
}
