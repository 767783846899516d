/** Puts a rendered answer on a socket, at the pace at which the client reads. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Response } from './render.ts';

/** Whether nothing of the request is left unread, so that the connection can go on. */
export function isDrained(message: IncomingMessage): boolean {
  return message.complete || ((message.headers['content-length'] ?? '0') === '0' && message.headers['transfer-encoding'] === undefined);
}

/** Resolves when all is handed to the socket, or the client has gone. */
export async function writeResponse(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  if (response.destroyed) return;
  if (body instanceof Buffer) {
    response.writeHead(status, { ...headers, 'Content-Length': body.length });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  for await (const chunk of body) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
