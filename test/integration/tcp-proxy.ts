/**
 * Trouble between real processes: a TCP proxy on loopback that cuts, stalls and half-opens what passes through it, and counts it.
 * What a `FakeNetwork` is to links in one process, this is to real ones. Loses no byte of a connection that it lets live.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { portOf } from './free-port.ts';

/** One direction, in all connections so far. */
export interface Flow {
  readonly bytes: number;
  /** Reads of the proxy: about the packets that were sent. */
  readonly segments: number;
}

type State = 'open' | 'cut' | 'stalled' | 'half-open';

export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #pairs = new Set<Pair>();
  readonly #up = new Counter();
  readonly #down = new Counter();
  #state: State = 'open';
  #acceptedCount = 0;

  private constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#accept(near));
  }

  /** Listens at a free port of 127.0.0.1, and passes on to a port there: somebody may listen at it later. */
  static async open(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return portOf(this.#server);
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get openCount(): number {
    return this.#pairs.size;
  }

  /** Connections that ever arrived, refused ones too. */
  get acceptedCount(): number {
    return this.#acceptedCount;
  }

  /** What was passed on to the target. */
  get up(): Flow {
    return { ...this.#up };
  }

  /** What was passed back. */
  get down(): Flow {
    return { ...this.#down };
  }

  /** Resets every connection, and each new one as soon as it arrives: the port stays taken, so that it can be healed. */
  cut(): void {
    this.#state = 'cut';
    this.#resetAll();
  }

  /** Passes nothing on, loses nothing, takes new connections: as a network that is slow without end. */
  stall(): void {
    this.#state = 'stalled';
    for (const pair of this.#pairs) pair.pause();
  }

  /** What is sent vanishes, also that one side closes, and neither side learns of it: as when a cable is pulled. */
  halfOpen(): void {
    this.#state = 'half-open';
    for (const pair of this.#pairs) pair.swallow();
  }

  /** Passes everything on again. Connections that lost something while half-open are reset. */
  heal(): void {
    this.#state = 'open';
    for (const pair of this.#pairs) pair.heal();
  }

  /** Resets every connection, and listens no more. */
  async close(): Promise<void> {
    this.#resetAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(near: Socket): void {
    this.#acceptedCount += 1;
    if (this.#state === 'cut') {
      near.on('error', () => {}).resetAndDestroy();
      return;
    }
    const pair = new Pair(near, { targetPort: this.#targetPort, up: this.#up, down: this.#down, ended: () => this.#pairs.delete(pair) });
    this.#pairs.add(pair);
    if (this.#state === 'stalled') pair.pause();
    else if (this.#state === 'half-open') pair.swallow();
    else pair.heal();
  }

  #resetAll(): void {
    for (const pair of this.#pairs) pair.reset();
  }
}

class Counter {
  bytes = 0;
  segments = 0;

  count(chunk: Buffer): void {
    this.bytes += chunk.byteLength;
    this.segments += 1;
  }
}

interface PairOptions {
  readonly targetPort: number;
  readonly up: Counter;
  readonly down: Counter;
  readonly ended: () => void;
}

/** A connection that came in, and the one to the target, which is made when the first is to be passed on. */
class Pair {
  readonly #near: Socket;
  readonly #options: PairOptions;
  #far: Socket | undefined;
  #state: 'flowing' | 'paused' | 'swallowing' = 'paused';
  #hasGap = false;

  constructor(near: Socket, options: PairOptions) {
    this.#near = near;
    this.#options = options;
    near.on('error', () => {});
    near.on('close', () => this.#far === undefined && options.ended());
    near.pause();
  }

  pause(): void {
    this.#state = 'paused';
    this.#near.pause();
    this.#far?.pause();
  }

  swallow(): void {
    this.#state = 'swallowing';
    if (this.#far === undefined) {
      // Its first bytes are lost, and so is all of it.
      this.#hasGap = true;
      this.#near.on('data', () => {});
    }
    this.#near.resume();
    this.#far?.resume();
  }

  heal(): void {
    if (this.#hasGap) {
      this.reset();
      return;
    }
    this.#state = 'flowing';
    this.#far ??= this.#connect();
    this.#near.resume();
    this.#far.resume();
  }

  reset(): void {
    this.#options.ended();
    for (const socket of [this.#near, this.#far]) socket?.on('error', () => {}).resetAndDestroy();
  }

  #connect(): Socket {
    const far = connect({ port: this.#options.targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#pass(this.#near, far, this.#options.up);
    this.#pass(far, this.#near, this.#options.down);
    return far;
  }

  #pass(from: Socket, to: Socket, counter: Counter): void {
    from.on('data', (chunk) => {
      if (this.#state === 'swallowing') {
        this.#hasGap = true;
        return;
      }
      counter.count(chunk);
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => this.#state === 'flowing' && from.resume());
    from.on('end', () => this.#unlessSwallowed(() => to.end()));
    from.on('error', () => this.#unlessSwallowed(() => this.reset()));
    from.on('close', () => this.#unlessSwallowed(() => to.destroyed && this.#options.ended()));
  }

  /** Passes a sign of the connection on, or loses it. */
  #unlessSwallowed(pass: () => void): void {
    if (this.#state === 'swallowing') this.#hasGap = true;
    else pass();
  }
}
