/** Puts a rendered answer on a socket, at the pace at which the client reads, and gives up on a client that does not read. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../runtime/clock.ts';
import type { Response } from './render.ts';

/** A client that takes no piece of an answer for so long is cut off. */
const STALL_MS = 60_000;
/** A whole body is handed over in such pieces, so that a slow client, who takes one now and then, is told from one that stopped. */
const PIECE_BYTES = 256 * 1024;

/** Whether nothing of the request is left unread, so that the connection can go on. */
export function isDrained({ complete, headers }: Pick<IncomingMessage, 'complete' | 'headers'>): boolean {
  return complete || ((headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined);
}

/** Resolves when the system has taken all, the client has gone, or was cut off because it took nothing for a minute. */
export async function writeResponse(response: ServerResponse, { status, headers, body }: Response, clock: Clock): Promise<void> {
  if (response.destroyed) return;
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers, 'Content-Length': body.length });
    await writeWhole(response, body, clock);
  } else {
    response.writeHead(status, headers);
    await writeStream(response, body, clock);
  }
  if (!response.destroyed && response.writableLength > 0) await taken(response, 'finish', clock);
}

async function writeWhole(response: ServerResponse, body: Buffer, clock: Clock): Promise<void> {
  let at = 0;
  for (; body.length - at > PIECE_BYTES; at += PIECE_BYTES) {
    if (!response.write(body.subarray(at, at + PIECE_BYTES))) await taken(response, 'drain', clock);
    if (response.destroyed) return;
  }
  response.end(at === 0 ? body : body.subarray(at));
}

async function writeStream(response: ServerResponse, chunks: AsyncIterable<Uint8Array>, clock: Clock): Promise<void> {
  // The first piece may be long in coming: a client learns at once that it has been heard.
  response.flushHeaders();
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await taken(response, 'drain', clock);
  }
  if (!response.destroyed) response.end();
}

/** Resolves at `event`, or when the response is closed; closes it if neither comes in time. */
const taken = (response: ServerResponse, event: 'drain' | 'finish', clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      response.off(event, done);
      response.off('close', done);
      resolve();
    };
    const timer = clock.after(STALL_MS, () => {
      response.destroy();
      done();
    });
    response.on(event, done);
    response.on('close', done);
  });
