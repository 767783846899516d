/** Bytes to a server and bytes back, without an HTTP client in between that would correct or refuse them. */
import { connect } from 'node:net';

export interface RawOptions {
  /** Written one after the other; default: as fast as the socket takes them. */
  readonly everyMs?: number;
  /** Ends the exchange; default 5 s. The connection is then closed from this side. */
  readonly forMs?: number;
  /** Ends the exchange early when this is true of what came back. */
  readonly until?: (received: string) => boolean;
}

export interface RawResult {
  readonly received: string;
  /** The server closed the connection, or reset it. */
  readonly closedByServer: boolean;
  readonly sentBytes: number;
}

/** Sends the chunks and collects what comes back until the server closes, `until` holds or time is up. Never rejects. */
export function rawExchange(port: number, chunks: Iterable<string | Uint8Array>, options: RawOptions = {}): Promise<RawResult> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const source = chunks[Symbol.iterator]();
    let received = '';
    let sentBytes = 0;
    let pacing: NodeJS.Timeout | undefined;
    const finish = (closedByServer: boolean): void => {
      clearTimeout(timer);
      clearTimeout(pacing);
      socket.destroy();
      resolve({ received, closedByServer, sentBytes });
    };
    const timer = setTimeout(finish, options.forMs ?? 5_000, false);
    const sendNext = (): void => {
      const next = source.next();
      if (next.done === true || socket.destroyed) return;
      sentBytes += Buffer.byteLength(next.value);
      socket.write(next.value, () => {
        if (options.everyMs === undefined) sendNext();
        else pacing = setTimeout(sendNext, options.everyMs);
      });
    };
    socket.setEncoding('latin1');
    socket.on('connect', sendNext);
    socket.on('data', (text: string) => {
      received += text;
      if (options.until?.(received) === true) finish(false);
    });
    socket.on('error', () => finish(true));
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
  });
}

/** The status codes of the answers in what came back, in order. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
