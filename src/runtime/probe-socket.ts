/** The connection of one attempt: guarded, with TLS if asked for. Who opens it destroys it. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Deadline } from './deadline.ts';
import { joinHostPort, netErrorText } from './net-error.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { TcpProbe } from './prober.ts';
import { assertAllowed, guardedLookup, serverNameFor } from './target-guard.ts';

/** Begins to connect. `protocols` are offered in the TLS handshake (ALPN). Throws TargetDeniedError, or for a port that is none. */
export function openSocket(probe: TcpProbe, tools: ProbeTools, protocols: readonly string[] = []): Socket {
  assertAllowed(tools.deny, probe.host, probe.port);
  const target = { host: probe.host, port: probe.port, ...guardedLookup(tools.deny, probe.port) };
  if (!probe.tls) return connect(target);
  return connectTls({
    ...target,
    servername: serverNameFor(probe.host, probe.tlsServerName),
    rejectUnauthorized: !probe.tlsSkipVerify,
    ...(protocols.length === 0 ? {} : { ALPNProtocols: [...protocols] }),
  });
}

/** Resolves when the connection is made, and the handshake done. Rejects when it fails or closes. */
export function connected(socket: Socket, isTls: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(isTls ? 'secureConnect' : 'connect', resolve);
    // Stays for the life of the socket: an error after the end of the attempt has no other listener.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('EOF')));
  });
}

/** Why there is no connection, in Go's words. */
export function dialErrorText(error: unknown, { host, port }: TcpProbe, deadline: Deadline): string {
  if (deadline.hasTimedOut) return `dial tcp ${joinHostPort(host, port)}: i/o timeout`;
  return netErrorText(error, host, port);
}
