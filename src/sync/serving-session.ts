/**
 * One link that was let in, from the welcome to its end: gives each frame to whom it belongs, sends heartbeats, and ends a link that is
 * silent. What a peer may not send ends the link with the reason; nothing of it is acted upon.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Message } from './codec.ts';
import type { Hello, UpFrame } from './frames.ts';
import type { Admission, LinkHost } from './link-host.ts';
import type { Publisher } from './publisher.ts';
import type { CatchUp } from './serving-catch-up.ts';
import { ServingCommands } from './serving-commands.ts';
import type { ServingMeters } from './serving-meters.ts';
import type { Outflow } from './serving-outflow.ts';
import type { ServingPushes } from './serving-pushes.ts';
import { ServingRelays } from './serving-relays.ts';
import { ServingViews } from './serving-views.ts';

/** What the links of a server share. */
export interface SessionParts {
  readonly host: LinkHost;
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly catchUp: CatchUp;
  readonly pushes: ServingPushes;
  readonly meters: ServingMeters;
  readonly heartbeatMs: number;
}

export interface SessionOptions extends SessionParts {
  readonly hello: Hello;
  readonly admission: Admission;
  readonly outflow: Outflow;
  /** Ends the link. */
  close(reason: string): void;
}

/** What is done with each frame that an agent may send once it is welcomed. */
type Handlers = { readonly [K in Exclude<UpFrame['t'], 'hello'>]: (frame: Extract<UpFrame, { readonly t: K }>) => void };

/** What may still come once a link is retired. */
const ANSWERING: ReadonlySet<string> = new Set<UpFrame['t']>(['credit', 'cancel']);
/** A peer is silent when nothing came for so many of its heartbeats. */
const SILENT_HEARTBEATS = 3;
/** What an agent may call its heartbeat: no timer of ours runs faster or never. */
const MIN_HEARTBEAT_MS = 10;
const MAX_HEARTBEAT_MS = 300_000;

export class ServingSession {
  readonly #options: SessionOptions;
  readonly #views: ServingViews;
  readonly #commands: ServingCommands;
  readonly #relays: ServingRelays;
  /** Of the source, when the link was welcomed. */
  readonly lineage: string;
  /** The peer's. */
  readonly #heartbeatMs: number;
  readonly #silenceMs: number;
  readonly #questions = new Set<(isAnswered: boolean) => void>();
  #isRetired = false;
  #lastHeardMs: number;
  #heartbeat: Timer;
  #silence: Timer;

  readonly #handlers: Handlers = {
    sub: (frame) => this.#views.take(frame),
    unsub: (frame) => this.#views.take(frame),
    cmd: (frame) => this.#commands.command(frame),
    push: (frame) => this.#commands.push(frame),
    fetch: (frame) => this.#commands.fetch(frame),
    leave: (frame) => this.#commands.leave(frame),
    relay: (frame) => this.#relays.begin(frame),
    credit: (frame) => this.#relays.credit(frame),
    cancel: (frame) => this.#relays.cancel(frame),
    hb: ({ q }) => {
      if (q === true) this.#beat();
    },
  };

  constructor(options: SessionOptions) {
    this.#options = options;
    const { host, clock, hello, outflow, meters } = options;
    this.lineage = host.views.lineage;
    const isSameLineage = hello.lineage !== '' && hello.lineage === this.lineage;
    this.#views = new ServingViews({ ...options, maxViewBytes: hello.maxViewBytes, isSameLineage });
    this.#commands = new ServingCommands(options);
    this.#relays = new ServingRelays({ relay: host.relay, outflow, meters });
    this.#heartbeatMs = Math.min(Math.max(hello.heartbeatMs, MIN_HEARTBEAT_MS), MAX_HEARTBEAT_MS);
    this.#silenceMs = SILENT_HEARTBEATS * this.#heartbeatMs;
    this.#lastHeardMs = clock.nowMs();
    this.#heartbeat = this.#nextHeartbeat();
    this.#silence = this.#listen(this.#silenceMs);
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** How many views the link follows. */
  get subscriptions(): number {
    return this.#views.size;
  }

  /** Relayed requests that are being answered. */
  get relays(): number {
    return this.#relays.size;
  }

  /** Throws what is wrong with the message, if it is not for a peer to send. */
  receive(message: Message): void {
    this.#heard();
    if (message.kind === 'chunk') this.#relays.chunk(message.chunk);
    else this.#frame(message.frame as UpFrame);
  }

  resync(): void {
    this.#options.outflow.frame({ t: 'resync' });
  }

  /** Whether anything comes from the peer within the time, when asked. */
  answers(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isAnswered: boolean): void => {
        this.#questions.delete(done);
        timer.cancel();
        resolve(isAnswered);
      };
      this.#questions.add(done);
      const timer = this.#options.clock.after(timeoutMs, () => done(false));
      this.#options.outflow.frame({ t: 'hb', q: true });
    });
  }

  /** Answers of relayed requests go on; nothing else that comes is acted upon, and nothing is published any more. Its end comes soon. */
  retire(): void {
    this.#isRetired = true;
    this.#heartbeat.cancel();
    this.#views.end();
  }

  /** The link has ended: nothing is sent, followed or answered any more. What was submitted is decided all the same. */
  end(reason: string): void {
    this.#heartbeat.cancel();
    this.#silence.cancel();
    for (const done of this.#questions) done(false);
    this.#views.end();
    this.#relays.end();
    this.#options.admission.lost(reason);
  }

  #frame(frame: UpFrame): void {
    const handle = (this.#handlers as Partial<Record<string, unknown>>)[frame.t] as ((frame: UpFrame) => void) | undefined;
    if (handle === undefined) throw new KonsulError('BAD_REQUEST', `a ${frame.t} frame is not for an agent to send now`);
    if (!this.#isRetired || ANSWERING.has(frame.t)) handle(frame);
  }

  #heard(): void {
    this.#lastHeardMs = this.#options.clock.nowMs();
    this.#options.admission.heard();
    for (const done of this.#questions) done(true);
  }

  #nextHeartbeat(): Timer {
    return this.#options.clock.after(this.#options.heartbeatMs, () => {
      this.#heartbeat = this.#nextHeartbeat();
      this.#beat();
    });
  }

  #beat(): void {
    const { host, outflow, close } = this.#options;
    if (host.views.lineage === this.lineage) outflow.frame({ t: 'hb', i: host.views.index, d: this.#views.sum });
    else close('the lineage of the store has changed');
  }

  #listen(delayMs: number): Timer {
    const { clock, meters, close } = this.#options;
    const dueMs = clock.nowMs() + delayMs;
    return clock.after(delayMs, () => {
      const nowMs = clock.nowMs();
      const isLate = nowMs - dueMs > this.#heartbeatMs;
      // Late: this process itself was stopped, or busy for long. What the peer sent meanwhile is still to be read.
      const leftMs = isLate ? this.#heartbeatMs : this.#lastHeardMs + this.#silenceMs - nowMs;
      if (leftMs > 0) {
        this.#silence = this.#listen(leftMs);
        return;
      }
      meters.silences += 1;
      close(`nothing was heard for ${this.#silenceMs} ms`);
    });
  }
}
