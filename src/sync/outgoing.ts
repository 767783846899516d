/** The way up of one link: encodes, counts and sends. Knows no answer; holds nothing back. */
import { KonsulError } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { encodeChunk, encodeFrame } from './codec.ts';
import type { Chunk, UpFrame } from './frames.ts';

/** Below what every transport takes (16 MiB), so that one large write cannot end the link for all. */
const MAX_FRAME_BYTES = 15 * 1_048_576;
/** Ids of exchanges travel in 32 bits. */
const MAX_ID = 0xffff_ffff;

export class Outgoing {
  readonly #link: Link;
  readonly #meters: AgentLinkMeters;
  #lastId = 0;

  constructor(link: Link, meters: AgentLinkMeters) {
    this.#link = link;
    this.#meters = meters;
  }

  /** Names one exchange on this link: 1 to 2³² − 1. */
  nextId(): number {
    this.#lastId = (this.#lastId % MAX_ID) + 1;
    return this.#lastId;
  }

  /** Throws TOO_LARGE, with nothing sent, if no link would carry the frame. */
  send(frame: UpFrame): void {
    const bytes = encodeFrame(frame);
    if (bytes.byteLength > MAX_FRAME_BYTES) {
      throw new KonsulError('TOO_LARGE', `A ${frame.t} frame of ${bytes.byteLength} bytes is too large for the link to the servers`);
    }
    this.#send(bytes);
  }

  sendChunk(chunk: Chunk): void {
    this.#send(encodeChunk(chunk));
  }

  #send(bytes: Uint8Array): void {
    this.#meters.framesOut += 1;
    this.#meters.bytesOut += bytes.byteLength;
    this.#link.send(bytes);
  }
}
