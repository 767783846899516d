/**
 * Links between machines: WebSockets, by the package `ws` (DESIGN 11). It frames messages, bounds them and closes with a reason, on Node's
 * own sockets, TLS and HTTP parser, and needs no compiler; a framing of our own would be one more thing to get wrong.
 */
import type { Link, LinkListener, LinkTransport } from './link.ts';
import { dialLink } from './ws-link-dial.ts';
import { WsListener } from './ws-link-listener.ts';
import { type LinkTls, type WsLinkOptions, type WsLinkSettings, wsLinkSettings } from './ws-link-settings.ts';

export class WsTransport implements LinkTransport {
  readonly #listeners = new Set<WsListener>();
  #settings: WsLinkSettings;

  constructor(options: WsLinkOptions) {
    this.#settings = wsLinkSettings(options);
  }

  /** At `host:port`, `[ipv6]:port` or `:port`; port 0 is any free one. Rejects with the system's error, or CONFIG_INVALID. */
  async listen(address: string, accept: (link: Link) => void): Promise<LinkListener> {
    const listener = new WsListener(accept, this.#settings);
    await listener.open(address);
    this.#listeners.add(listener);
    return {
      address: listener.address,
      close: () => {
        this.#listeners.delete(listener);
        return listener.close();
      },
    };
  }

  dial(address: string, signal: AbortSignal): Promise<Link> {
    return dialLink(address, signal, this.#settings);
  }

  /** Certificates were renewed: for new links, both ways. Whether listeners speak TLS and whom they verify stays as it was. */
  renewTls(tls: LinkTls): void {
    this.#settings = { ...this.#settings, tls };
    for (const listener of this.#listeners) listener.renew(tls);
  }
}
