/** A stream of this process as one value: what is piped into a command. */
import { KonsulError } from './errors.ts';

const MAX_BYTES = 256 * 1024 ** 2;

/** All bytes of `stream`. Throws TOO_LARGE beyond `maxBytes` (256 MiB if not given). */
export async function readWhole(stream: AsyncIterable<Uint8Array | string>, maxBytes: number = MAX_BYTES): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    sizeBytes += bytes.byteLength;
    if (sizeBytes > maxBytes) throw new KonsulError('TOO_LARGE', `standard input is longer than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
