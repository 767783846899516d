/** Datagrams to one address, sent and forgotten. For metrics: what is lost is lost. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export interface UdpSender {
  /** Resolves when the system has taken the packet; throws its error, also for a name that cannot be resolved. */
  send(packet: Uint8Array): Promise<void>;
  close(): void;
}

/** Does not keep the process alive. */
export class NodeUdpSender implements UdpSender {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #port: number;

  /** `address` is `host:port`, with brackets around an IPv6 address. */
  constructor(address: string) {
    const colon = address.lastIndexOf(':');
    this.#host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    this.#port = Number(address.slice(colon + 1));
    this.#socket = createSocket(isIPv6(this.#host) ? 'udp6' : 'udp4');
    this.#socket.unref();
    // A failure belongs to the packet that met it.
    this.#socket.on('error', () => {});
  }

  send(packet: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(packet, this.#port, this.#host, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.#socket.close();
  }
}
