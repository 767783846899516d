/** The HTTP/2 connection of one attempt: made, used and destroyed within its time-out. What the other side sends is bounded. */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { Deadline } from './deadline.ts';
import { joinHostPort } from './net-error.ts';
import { connected, dialErrorText, openSocket } from './probe-socket.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { TcpProbe } from './prober.ts';

/** What a time-out reads like in Go, at whatever step it came. */
export const TIMEOUT_TEXT = 'context deadline exceeded';

/** The connection could not be made; its message says why, in Go's words. */
export class DialError extends Error {
  override readonly name = 'DialError';
}

export interface H2Attempt<T> {
  readonly probe: TcpProbe;
  readonly signal: AbortSignal;
  readonly tools: ProbeTools;
  /** What to do with the connection. Need not watch its end: a session that ends, a time-out and an abort end the attempt. */
  readonly use: (session: ClientHttp2Session) => Promise<T>;
}

/** What `use` gave. Rejects with a DialError without a connection, else with what ended it; TIMEOUT_TEXT after a time-out. Nothing is left open. */
export async function withH2Session<T>({ probe, signal, tools, use }: H2Attempt<T>): Promise<T> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  let socket: Socket | undefined;
  let session: ClientHttp2Session | undefined;
  try {
    socket = openSocket(probe, tools, ['h2']);
    await deadline.run(connected(socket, probe.tls));
    session = sessionOn(socket, probe);
    return await deadline.run(Promise.race([use(session), ended(session)]));
  } catch (error) {
    if (session === undefined) throw new DialError(dialErrorText(error, probe, deadline));
    throw deadline.hasTimedOut ? new Error(TIMEOUT_TEXT) : error;
  } finally {
    deadline.release();
    session?.destroy();
    socket?.destroy();
  }
}

function sessionOn(socket: Socket, { host, port, tls }: TcpProbe): ClientHttp2Session {
  return connect(`${tls ? 'https' : 'http'}://${joinHostPort(host, port)}`, {
    createConnection: () => socket,
    settings: { enablePush: false },
    maxSessionMemory: 1,
  });
}

/** Rejects when the session ends. */
function ended(session: ClientHttp2Session): Promise<never> {
  return new Promise((_, reject) => {
    // Stays for the life of the session: an error after the end of the attempt has no other listener.
    session.on('error', reject);
    session.once('close', () => reject(new Error('connection closed')));
  });
}
