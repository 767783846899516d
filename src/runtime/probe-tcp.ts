/** One TCP attempt: connects, shakes hands if TLS is asked for, and hangs up. Sends nothing of its own. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Deadline } from './deadline.ts';
import { joinHostPort, netErrorText } from './net-error.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { TcpProbe, TcpProbeResult } from './prober.ts';
import { assertAllowed, guardedLookup, serverNameFor } from './target-guard.ts';

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeTcp(probe: TcpProbe, signal: AbortSignal, tools: ProbeTools): Promise<TcpProbeResult> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  let socket: Socket | undefined;
  try {
    assertAllowed(tools.deny, probe.host, probe.port);
    socket = open(probe, tools);
    await connected(socket, probe.tls ? 'secureConnect' : 'connect', deadline.signal);
    return { ok: true };
  } catch (error) {
    return { ok: false, error: errorText(error, probe, deadline) };
  } finally {
    deadline.release();
    socket?.destroy();
  }
}

function open(probe: TcpProbe, tools: ProbeTools): Socket {
  const target = { host: probe.host, port: probe.port, ...guardedLookup(tools.deny, probe.port) };
  if (!probe.tls) return connect(target);
  return connectTls({
    ...target,
    servername: serverNameFor(probe.host, probe.tlsServerName),
    rejectUnauthorized: !probe.tlsSkipVerify,
  });
}

function connected(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // Stays for the life of the socket: an error after the end of the attempt has no other listener.
    socket.on('error', reject);
    socket.once('close', () => reject(new Error('EOF')));
    if (signal.aborted) reject(new Error('aborted'));
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

function errorText(error: unknown, probe: TcpProbe, deadline: Deadline): string {
  if (deadline.hasTimedOut) return `dial tcp ${joinHostPort(probe.host, probe.port)}: i/o timeout`;
  return netErrorText(error, probe.host, probe.port);
}
