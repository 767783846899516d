/** Two ends of a channel between threads: what is sent at one arrives at the other, wherever that was transferred to. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

/** One end of a channel between threads. */
export type ThreadPort = MessagePort;
/** A worker thread, as the thread that started it sees it. */
export type Thread = Worker;

/** A channel of its own. */
export function portPair(): { readonly near: ThreadPort; readonly far: ThreadPort } {
  const { port1, port2 } = new MessageChannel();
  return { near: port1, far: port2 };
}

/** The first message that comes through a port. Keeps the thread alive until then; rejects if the port closes before. */
export function firstMessage(port: ThreadPort): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('the other thread is gone'));
    port.once('close', closed);
    port.once('message', (message: unknown) => {
      port.removeListener('close', closed);
      resolve(message);
    });
  });
}
