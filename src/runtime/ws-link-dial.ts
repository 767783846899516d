/** The side of WebSocket links that dials: one attempt, and in words why it came to nothing. */
import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { type KonsulError, messageOf } from './errors.ts';
import type { Link } from './link.ts';
import { assertNotAborted, dialAborted, dialFailed, type HostPort, parseLinkAddress } from './link-address.ts';
import { joinHostPort, netErrorText } from './net-error.ts';
import { WsLink } from './ws-link-end.ts';
import { LINK_PATH, LINK_SUBPROTOCOL, type LinkTls, secureContextOf, type WsLinkSettings, wsOptions } from './ws-link-settings.ts';

/** Throws UNREACHABLE. A name is looked up anew each time. */
export async function dialLink(address: string, signal: AbortSignal, settings: WsLinkSettings): Promise<Link> {
  assertNotAborted(address, signal);
  const target = parseLinkAddress(address);
  if (target === undefined || target.host === '') throw dialFailed(address, `cannot dial ${address}: not host:port`);
  const socket = openSocket(address, target, settings);
  return new Promise((resolve, reject) => {
    const fail = (error: KonsulError): void => {
      settled();
      reject(error);
      socket.terminate();
    };
    const abort = (): void => fail(dialAborted(address));
    const timer = settings.clock.after(settings.handshakeTimeoutMs, () => fail(dialFailed(address, `dial tcp ${address}: i/o timeout`)));
    const failed = (error: Error): void => fail(dialFailed(address, failureText(error, target), error));
    const settled = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort);
    socket.on('error', failed);
    socket.once('unexpected-response', (_request, { statusCode }) => failed(new Error(`it answered HTTP ${statusCode}`)));
    socket.once('upgrade', ({ socket: connection }) => {
      socket.once('open', () => opened(connection));
    });
    const opened = (connection: Duplex): void => {
      settled();
      // Otherwise it stays: what happens to the connection after a failure has no other listener.
      socket.off('error', failed);
      resolve(new WsLink({ socket, connection, remoteAddress: address, settings }));
    };
  });
}

function openSocket(address: string, { host, port }: HostPort, settings: WsLinkSettings): WebSocket {
  const { tls } = settings;
  const url = `${tls === undefined ? 'ws' : 'wss'}://${joinHostPort(host, port)}${LINK_PATH}`;
  try {
    return new WebSocket(url, LINK_SUBPROTOCOL, { ...wsOptions(settings), ...(tls === undefined ? {} : tlsOptions(tls)) });
  } catch (error) {
    throw dialFailed(address, `cannot dial ${address}: ${messageOf(error)}`, error);
  }
}

const tlsOptions = (tls: LinkTls): ClientOptions => ({
  ...secureContextOf(tls),
  rejectUnauthorized: tls.verifyOutgoing,
  ...(tls.serverName === undefined ? { checkServerIdentity: anyName } : { servername: tls.serverName }),
});

/** `node:tls` takes an error or nothing, whatever the types of `ws` say. */
const anyName = (() => undefined) as unknown as NonNullable<ClientOptions['checkServerIdentity']>;

function failureText(error: NodeJS.ErrnoException, { host, port }: HostPort): string {
  const where = `dial tcp ${joinHostPort(host, port)}`;
  if (error.code === undefined || error.code.startsWith('HPE_')) return `${where}: this is no Konsul server: ${error.message}`;
  const text = netErrorText(error, host, port);
  return text.startsWith('dial ') ? text : `${where}: ${text}`;
}
