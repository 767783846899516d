/**
 * Closing a connection on which the client is still sending. The system answers bytes that nobody read with a reset, which can take
 * the answer away from a client that has yet to read it. So our half is closed first, what still comes is dropped, and the rest is
 * closed when the client has seen it, or soon (RFC 9112, section 9.6).
 */
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';

/** How long a client may go on sending after its answer. */
const LINGER_MS = 1_000;

/** From now on `destroySoon`, with which Node ends a connection after its last answer, lingers. Node reads the socket on meanwhile. */
export function lingerAtClose(socket: Socket, clock: Clock): void {
  socket.destroySoon = () => closeLingering(socket, clock);
}

/** Sends `last`, if given, and no more; the socket must be one that is read. */
export function closeLingering(socket: Socket, clock: Clock, last?: string): void {
  if (socket.destroyed) return;
  if (last === undefined) socket.end();
  else socket.end(last);
  if (socket.readableEnded) return void socket.once('finish', () => socket.destroy());
  const timer = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => timer.cancel());
}
