/**
 * The side of WebSocket links that listens: upgrades on one path, and a short refusal for whatever else comes. Browsers are refused, since
 * any page could make one dial.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { KonsulError, messageOf } from './errors.ts';
import type { Link, LinkListener } from './link.ts';
import { parseLinkAddress } from './link-address.ts';
import { joinHostPort } from './net-error.ts';
import { WsLink } from './ws-link-end.ts';
import { Handshakes } from './ws-link-handshakes.ts';
import { LINK_PATH, LINK_SUBPROTOCOL, type LinkTls, secureContextOf, type WsLinkSettings, wsOptions } from './ws-link-settings.ts';

const REFUSAL = 'This is the port of links between Konsul agents and servers, not of the HTTP API.\n';
const REFUSED_ANSWER = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${REFUSAL.length}\r\n\r\n${REFUSAL}`;

export class WsListener implements LinkListener {
  readonly #accept: (link: Link) => void;
  readonly #settings: WsLinkSettings;
  readonly #server: Server | TlsServer;
  readonly #upgrades: WebSocketServer;
  readonly #handshakes: Handshakes;

  constructor(accept: (link: Link) => void, settings: WsLinkSettings) {
    this.#accept = accept;
    this.#settings = settings;
    this.#handshakes = new Handshakes(settings);
    this.#upgrades = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      ...wsOptions(settings),
      handleProtocols: chooseProtocol,
    });
    this.#upgrades.on('wsClientError', (_error, socket) => refuse(socket));
    this.#server = makeServer(settings);
    this.#server.on('connection', (socket: Socket) => this.#handshakes.begin(socket));
    this.#server.on('request', (request: IncomingMessage) => refuse(request.socket));
    this.#server.on('clientError', (_error, socket) => refuse(socket));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head));
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return joinHostPort(address, port);
  }

  /** Resolves when links are accepted. Rejects with the system's error. */
  open(address: string): Promise<void> {
    const target = parseLinkAddress(address);
    if (target === undefined) throw new KonsulError('CONFIG_INVALID', `cannot listen for links at ${address}: no address`);
    const { host, port } = target;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
        this.#server.removeListener('error', reject);
        // What fails from here on is a connection that could not be taken (no more files): those that stand go on.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  /** Nobody new is let in; links that stand, stand. */
  async close(): Promise<void> {
    this.#server.close();
    this.#handshakes.destroyAll();
  }

  /** Shows another certificate, and trusts others, from the next connection on. */
  renew(tls: LinkTls): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(secureContextOf(tls));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (!isForLinks(request)) {
      refuse(socket);
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (upgraded) => {
      this.#handshakes.complete(socket);
      const link = new WsLink({ socket: upgraded, connection: socket, remoteAddress: remoteAddressOf(socket), settings: this.#settings });
      try {
        this.#accept(link);
      } catch (error) {
        link.close(messageOf(error));
        throw error;
      }
    });
  }
}

function makeServer({ tls }: WsLinkSettings): Server | TlsServer {
  if (tls === undefined) return createServer();
  if (tls.cert === undefined || tls.key === undefined) {
    throw new KonsulError('CONFIG_INVALID', 'listening for links with TLS needs a certificate and its key');
  }
  try {
    return createTlsServer({ ...secureContextOf(tls), requestCert: tls.verifyIncoming, rejectUnauthorized: tls.verifyIncoming });
  } catch (error) {
    throw new KonsulError('CONFIG_INVALID', `the certificates for links cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

const isForLinks = ({ url, headers }: IncomingMessage): boolean => url === LINK_PATH && headers.origin === undefined;

const chooseProtocol = (offered: Set<string>): string | false => (offered.has(LINK_SUBPROTOCOL) ? LINK_SUBPROTOCOL : false);

/** The other side may read the refusal and go; if it does not, the bound of handshakes ends it. */
function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(REFUSED_ANSWER);
}

/** IPv4 in its own form, also where the listener is one of IPv6. */
export const remoteAddressOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string =>
  joinHostPort(remoteAddress.replace(/^::ffff:(?=\d+\.)/, ''), remotePort);
