/**
 * The head of an answer to an HTTP request of ours. Whatever the other side sends instead of one ends the waiting: Node tells of a switch of
 * protocols, of a tunnel and of a closed connection by events of their own, and by none if nobody listens.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Interim answers (1xx) before the answer itself, as Go's client allows them. */
const MAX_INTERIM = 5;

/** The answer, its body not read yet. Rejects with the connection's error, or an Error that says what came instead; the connection is gone then. */
export function headOf(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let interim = 0;
    const refuse = (reason: string): void => {
      reject(new Error(reason));
      outgoing.destroy();
    };
    const refuseSwitch = (_: IncomingMessage, socket: Socket): void => {
      socket.destroy();
      refuse('unexpected upgrade');
    };
    outgoing.once('response', resolve);
    outgoing.once('upgrade', refuseSwitch);
    outgoing.once('connect', refuseSwitch);
    outgoing.on('information', () => {
      interim += 1;
      if (interim > MAX_INTERIM) refuse('too many 1xx informational responses');
    });
    // Stays for the life of the request: breaking off a body raises errors that matter to nobody.
    outgoing.on('error', reject);
    outgoing.once('close', () => reject(new Error('EOF')));
  });
}
