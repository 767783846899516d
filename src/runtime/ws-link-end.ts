/**
 * One end of a WebSocket link, over an open connection of `ws` that it owns from then on. An error of the socket ends the link with a
 * reason, and never goes further.
 */
import { nextTick } from 'node:process';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Link } from './link.ts';
import { costOf, LinkInbox, MESSAGE_OVERHEAD_BYTES, QUEUE_OVERFLOW } from './link-inbox.ts';
import { netErrorText } from './net-error.ts';
import type { WsLinkSettings } from './ws-link-settings.ts';

/** Codes of RFC 6455, 7.4.1. */
const NORMAL = 1000;
const NO_CODE = 1005;
const ABNORMAL = 1006;
const TOO_BIG = 1009;

/** A close frame has room for 125 bytes, two of them for the code. */
const MAX_REASON_BYTES = 123;

export interface WsLinkParts {
  /** Open. */
  readonly socket: WebSocket;
  /** What it is written to. */
  readonly connection: Duplex;
  readonly remoteAddress: string;
  readonly settings: WsLinkSettings;
}

export class WsLink implements Link {
  readonly remoteAddress: string;
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  readonly #settings: WsLinkSettings;
  readonly #inbox: LinkInbox = new LinkInbox(this);
  /** Messages that the kernel has not taken yet. */
  #unwritten = 0;
  #isCorked = false;
  #isOver = false;
  readonly #written = (): void => {
    this.#unwritten -= 1;
  };
  readonly #flush = (): void => {
    this.#isCorked = false;
    this.#connection.uncork();
  };

  constructor({ socket, connection, remoteAddress, settings }: WsLinkParts) {
    this.#socket = socket;
    this.#connection = connection;
    this.remoteAddress = remoteAddress;
    this.#settings = settings;
    socket.on('message', (message, isBinary) => this.#arrived(message as Buffer, isBinary));
    socket.on('error', (error) => this.#ended(this.#textOf(error)));
    socket.on('close', (code, reason) => this.#ended(closeText(code, reason)));
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount + this.#unwritten * MESSAGE_OVERHEAD_BYTES;
  }

  send(message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.queuedBytes + costOf(message) > this.#settings.maxQueuedBytes) {
      this.close(QUEUE_OVERFLOW);
      return;
    }
    this.#cork();
    this.#unwritten += 1;
    this.#socket.send(message, SEND_OPTIONS, this.#written);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#inbox.onMessage(receive);
  }

  onClose(closed: (reason: string) => void): void {
    this.#inbox.onClose(closed);
  }

  /** The reason travels behind what was sent before. A second later the connection is gone, whatever the other side does. */
  close(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.close(reason);
    this.#socket.close(NORMAL, cutReason(reason));
  }

  /** What is sent in one tick goes out in one system call, not in two for each message: a hundred messages cost a seventh. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#connection.cork();
    nextTick(this.#flush);
  }

  #arrived(message: Buffer, isBinary: boolean): void {
    if (!isBinary) this.close('a text message arrived; links carry binary ones');
    else if (this.#inbox.waitingBytes + costOf(message) > this.#settings.maxQueuedBytes) this.close(QUEUE_OVERFLOW);
    else this.#inbox.put(message);
  }

  #ended(reason: string): void {
    this.#isOver = true;
    this.#inbox.end(reason);
  }

  #textOf(error: NodeJS.ErrnoException): string {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return `a message of more than ${this.#settings.maxMessageBytes} bytes arrived`;
    return netErrorText(error, '', 0);
  }
}

const SEND_OPTIONS = { binary: true, compress: false } as const;

function closeText(code: number, reason: Buffer): string {
  if (reason.byteLength > 0) return reason.toString();
  if (code === TOO_BIG) return 'a message was too large for the other side';
  if (code === ABNORMAL || code === NO_CODE) return 'connection lost';
  return `closed by the other side with code ${code}`;
}

/** As much of the text as a close frame can carry, cut between two characters. */
export function cutReason(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  if (bytes.byteLength <= MAX_REASON_BYTES) return bytes;
  let end = MAX_REASON_BYTES;
  while (isContinuation(bytes[end])) end -= 1;
  return bytes.subarray(0, end);
}

/** Whether a byte of UTF-8 is inside of a character. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
