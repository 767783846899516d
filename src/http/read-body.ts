/**
 * Request bodies, read whole and held to limits: of one request by its route, of all requests together by `BodyBudget`. Nothing is
 * read beyond a limit; who reads decides what becomes of the connection.
 */
import type { IncomingMessage } from 'node:http';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { SizeLimit } from './route.ts';

const NO_BODY: Uint8Array = new Uint8Array();

/** How many bytes of bodies may be held at one moment, over all connections: many clients with large bodies cannot fill the memory. */
export class BodyBudget {
  #leftBytes: number;

  constructor(maxBytes: number) {
    this.#leftBytes = maxBytes;
  }

  /** What one request holds. */
  open(): BodyHold {
    return new BodyHold((bytes) => {
      if (bytes > this.#leftBytes) return false;
      this.#leftBytes -= bytes;
      return true;
    });
  }
}

/** The share of one request. */
export class BodyHold {
  readonly #take: (bytes: number) => boolean;
  #bytes = 0;

  constructor(take: (bytes: number) => boolean) {
    this.#take = take;
  }

  /** Throws TOO_MANY_CONNECTIONS (429) if other requests hold too much. */
  addOrThrow(bytes: number): void {
    if (!this.#take(bytes)) throw new KonsulError('TOO_MANY_CONNECTIONS', 'too many request bodies at once, try again later');
    this.#bytes += bytes;
  }

  /** Gives everything back. */
  release(): void {
    this.#take(-this.#bytes);
    this.#bytes = 0;
  }
}

/** A body that is longer than its route takes (413): Consul's text, by the setting that limits it. `sizeBytes` as far as it is known. */
export function tooLarge({ bytes, setting }: SizeLimit, sizeBytes: number | undefined): KonsulError {
  const size = sizeBytes === undefined ? 'Request body' : `Request body(${sizeBytes} bytes)`;
  const see = `https://www.consul.io/docs/agent/config/config-files#${setting}`;
  return new KonsulError('TOO_LARGE', `${size} too large, max size: ${bytes} bytes. See ${see}.`);
}

/**
 * The whole body, in memory of its own. Throws TOO_LARGE as soon as it is known to be longer than `limit`, TOO_MANY_CONNECTIONS if
 * `hold` cannot grow, BAD_REQUEST if it breaks off; the connection is left open then, with the rest unread.
 */
export async function readBody(message: IncomingMessage, limit: SizeLimit, hold: BodyHold): Promise<Uint8Array> {
  const declared = message.headers['content-length'];
  const declaredBytes = declared === undefined ? undefined : Number(declared);
  if (declaredBytes !== undefined && declaredBytes > limit.bytes) throw tooLarge(limit, declaredBytes);
  if (declaredBytes === 0 || (declaredBytes === undefined && message.headers['transfer-encoding'] === undefined)) return NO_BODY;
  return collect(message, (chunk, sizeBytes) => {
    if (sizeBytes > limit.bytes) throw tooLarge(limit, undefined);
    hold.addOrThrow(chunk.length);
  });
}

/** By events: an async iterator costs more than the rest of a small request. `admit` may throw: then nothing more is read. */
function collect(message: IncomingMessage, admit: (chunk: Uint8Array, sizeBytes: number) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    const leave = (): void => {
      message.off('data', take).off('end', finish).off('error', breakOff).off('close', breakOff).pause();
    };
    const take = (chunk: Uint8Array): void => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      try {
        admit(chunk, sizeBytes);
      } catch (error) {
        leave();
        reject(error);
      }
    };
    const finish = (): void => {
      leave();
      resolve(joined(chunks, sizeBytes));
    };
    const breakOff = (error?: Error): void => {
      leave();
      reject(brokenOff(error));
    };
    message.on('data', take).on('end', finish).on('error', breakOff).on('close', breakOff);
  });
}

const brokenOff = (cause?: unknown): KonsulError =>
  new KonsulError('BAD_REQUEST', `Request body could not be read: ${cause === undefined ? 'the connection ended' : messageOf(cause)}`, {
    cause,
  });

/** The body as it arrives. Leaving the iteration early leaves the connection open, so that an answer can still be sent. */
export async function* chunksOf(message: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of message.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (error) {
    throw brokenOff(error);
  }
}

/** The chunks as one. A value may be kept for years: it must not keep a larger buffer, of which it is a part, alive. */
export function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined && first.buffer.byteLength === sizeBytes) return first;
  const body = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
