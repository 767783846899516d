/** The server's end of an agent's links, played by a test: it sees every frame that goes up, and sends down what it likes, at once. */
import type { Link, LinkListener, LinkTransport } from '../runtime/link.ts';
import { decodeMessage, encodeChunk, encodeFrame } from '../sync/codec.ts';
import { type Chunk, type DownFrame, PROTOCOL, type UpFrame, type Welcome } from '../sync/frames.ts';

export class ScriptedLink implements Link {
  readonly remoteAddress: string = '';
  readonly queuedBytes: number = 0;
  /** What came up, oldest first; `take` removes. */
  readonly frames: UpFrame[] = [];
  readonly chunks: Chunk[] = [];
  /** The reason, once either side has closed. */
  closedWith: string | undefined;
  #receive: (message: Uint8Array) => void = () => {};
  #closed: (reason: string) => void = () => {};

  send(message: Uint8Array): void {
    if (this.closedWith !== undefined) return;
    const decoded = decodeMessage(message);
    if (decoded.kind === 'chunk') this.chunks.push(decoded.chunk);
    else this.frames.push(decoded.frame as UpFrame);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
  }

  onClose(closed: (reason: string) => void): void {
    this.#closed = closed;
  }

  close(reason: string): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = reason;
    this.#closed(reason);
  }

  /** The server sends. */
  deliver(...frames: readonly DownFrame[]): void {
    for (const frame of frames) this.deliverBytes(encodeFrame(frame));
  }

  deliverChunk(id: number, text: string): void {
    this.deliverBytes(encodeChunk({ id, bytes: Buffer.from(text) }));
  }

  deliverBytes(bytes: Uint8Array): void {
    if (this.closedWith === undefined) this.#receive(bytes);
  }

  /** Removes and gives the oldest frame of that kind. Throws if there is none. */
  take<T extends UpFrame['t']>(kind: T): Extract<UpFrame, { t: T }> {
    const place = this.frames.findIndex(({ t }) => t === kind);
    if (place < 0) throw new Error(`no ${kind} frame was sent; there are: ${this.frames.map(({ t }) => t).join(', ') || 'none'}`);
    return this.frames.splice(place, 1)[0] as Extract<UpFrame, { t: T }>;
  }

  has(kind: UpFrame['t']): boolean {
    return this.frames.some(({ t }) => t === kind);
  }

  /** Challenges, takes the hello, and welcomes. */
  welcome(welcome: Partial<Welcome> = {}): void {
    this.deliver({ t: 'challenge', protocol: PROTOCOL, nonce: 'server-nonce' });
    this.take('hello');
    this.deliver({ ...WELCOME, ...welcome });
  }
}

export const WELCOME: Welcome = {
  t: 'welcome',
  protocol: PROTOCOL,
  proof: '',
  lineage: 'lineage-1',
  index: 10,
  server: { name: 'server-1', address: '10.0.0.1:8300' },
  heartbeatMs: 10_000,
};

/** Dials scripted links. */
export class ScriptedTransport implements LinkTransport {
  readonly dialled: string[] = [];
  readonly links: ScriptedLink[] = [];
  /** Called for each dial; what it throws is the answer, and a promise makes it slow. */
  before: (address: string) => void | Promise<void> = () => {};

  /** The newest link. Throws if nothing was dialled. */
  get last(): ScriptedLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error('nothing was dialled');
    return link;
  }

  listen(): Promise<LinkListener> {
    return Promise.reject(new Error('nobody listens here'));
  }

  async dial(address: string): Promise<Link> {
    this.dialled.push(address);
    await this.before(address);
    const link = new ScriptedLink();
    this.links.push(link);
    return link;
  }
}
