/** Compression as a stream: the only place that uses asynchronous zlib, whose work happens on other threads. */
import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, createGzip, gzip as gzipWithCallback } from 'node:zlib';

const CHUNK_SIZE_BYTES = 64 * 1024;

/** The gzip stream of `chunks`. Fails as `chunks` fails; ending the iteration early ends `chunks`. */
export function gzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(chunks, createGzip({ level: 6, chunkSize: CHUNK_SIZE_BYTES }));
}

/**
 * The content of a gzip stream, in chunks of at most 64 KiB. Throws zlib's error (`incorrect header check`, `unexpected end of
 * file`) for anything else. The caller bounds the total: a few bytes can become gigabytes.
 */
export function gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(chunks, createGunzip({ chunkSize: CHUNK_SIZE_BYTES }));
}

/** `bytes`, compressed at once, off this thread. Level 1 to 9; 6 if not given. */
export function gzipBuffer(bytes: Uint8Array, level = 6): Promise<Buffer> {
  return compress(bytes, { level });
}

const compress = promisify<Uint8Array, { readonly level: number }, Buffer>(gzipWithCallback);

function through(chunks: AsyncIterable<Uint8Array>, transform: Transform): AsyncIterable<Uint8Array> {
  // A failure of either side destroys both, and comes out of the iteration of `transform`.
  pipeline(Readable.from(chunks, { objectMode: false }), transform, () => {});
  return transform;
}
