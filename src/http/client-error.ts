/** The answer to what is no HTTP request, or never becomes a whole one: short text, as Go's server gives, and the connection ends. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import { closeLingering } from './lingering-close.ts';

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Writes the answer if one can be written, and closes the connection. `code` is that of Node's error, which comes again for more. */
export function refuseClient(code: string | undefined, socket: Socket, clock: Clock): void {
  if (code === 'ECONNRESET') return void socket.destroy();
  if (!socket.writable || socket.destroyed) return;
  const status = STATUS_OF_CODE[code ?? ''] ?? 400;
  const line = `${status} ${STATUS_CODES[status]}`;
  const head = ['Content-Type: text/plain; charset=utf-8', `Content-Length: ${line.length}`, 'Connection: close'];
  closeLingering(socket, clock, `HTTP/1.1 ${line}\r\n${head.join('\r\n')}\r\n\r\n${line}`);
}
