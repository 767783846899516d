/** The way up of one link: encodes, counts and sends. Knows no answer; holds nothing back. */
import type { Link } from '../runtime/link.ts';
import type { AgentLinkMeters } from './agent-link-meters.ts';
import { encodeChunk, encodeFrame } from './codec.ts';
import type { Chunk, UpFrame } from './frames.ts';

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
    this.#send(encodeFrame(frame));
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
