/**
 * One link from its welcome to its end: hands every frame to the part it is for, keeps the heartbeat, and notices silence. Owned by
 * `AgentLink`. When it ends, everything that waited on it has ended too, but for the registrations under way: see `PushQueue`.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import type { Logger } from '../runtime/logger.ts';
import type { AgentLinkMeters, DisconnectCause } from './agent-link-meters.ts';
import type { AgentLinkSettings } from './agent-link-options.ts';
import { decodeMessage, type Message } from './codec.ts';
import { fromWireError } from './codec-error.ts';
import type { DownFrame, Fail, Heartbeat, UpFrame, Welcome } from './frames.ts';
import { IntervalSubscriber } from './interval.ts';
import { Outgoing } from './outgoing.ts';
import { OutgoingCalls } from './outgoing-calls.ts';
import type { PushQueue } from './push-queue.ts';
import { Relaying } from './relaying.ts';
import { Subscriber, type ViewTraffic } from './subscriber.ts';
import type { ViewSink } from './view-sink.ts';

export interface SessionOptions {
  readonly link: Link;
  /** That was dialled. */
  readonly address: string;
  readonly welcome: Welcome;
  readonly clock: Clock;
  readonly sink: ViewSink;
  readonly logger: Logger;
  readonly meters: AgentLinkMeters;
  readonly settings: AgentLinkSettings;
  /** Of all links. */
  readonly pushes: PushQueue;
  readonly resync: () => void;
  /** Called within the step in which the link ends. */
  readonly ended: (end: SessionEnd) => void;
}

export interface SessionEnd {
  readonly cause: DisconnectCause;
  readonly reason: string;
}

const SILENT_HEARTBEATS = 3;
/** What a server names beyond these would be a loop, or no watch at all; it bounds what agents name in the same way. */
const MIN_HEARTBEAT_MS = 10;
const MAX_HEARTBEAT_MS = 300_000;

export class LinkSession {
  readonly address: string;
  readonly welcome: Welcome;
  readonly over: Promise<void>;
  readonly calls: OutgoingCalls;
  readonly relays: Relaying;
  readonly views: ViewTraffic;
  readonly beganMs: number;
  lastHeardMs: number;
  readonly #options: SessionOptions;
  readonly #outgoing: Outgoing;
  readonly #heartbeatMs: number;
  #hasEnded: () => void = () => {};
  #beat: Timer | undefined;
  #watch: Timer | undefined;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { link, address, welcome, clock, meters } = options;
    this.address = address;
    this.welcome = welcome;
    this.beganMs = clock.nowMs();
    this.lastHeardMs = this.beganMs;
    this.#heartbeatMs = Math.min(Math.max(welcome.heartbeatMs, MIN_HEARTBEAT_MS), MAX_HEARTBEAT_MS);
    this.over = new Promise((resolve) => {
      this.#hasEnded = resolve;
    });
    const outgoing = new Outgoing(link, meters);
    this.#outgoing = outgoing;
    this.calls = new OutgoingCalls({ outgoing, clock, meters });
    this.relays = new Relaying({ outgoing, clock, meters });
    this.views = this.#traffic();
  }

  /** Within the step of the welcome. */
  begin(): void {
    const { link, welcome, sink, settings, clock, pushes } = this.#options;
    link.onMessage((message) => this.#receive(message));
    link.onClose((reason) => this.end('closed', reason));
    this.#serverIsAt({ t: 'hb', i: welcome.index });
    this.#beat = clock.after(settings.heartbeatMs, () => this.#sendHeartbeat());
    this.#watchFor(this.#heartbeatMs * SILENT_HEARTBEATS);
    sink.linked(welcome.lineage);
    pushes.linked(this.#outgoing);
    this.views.resume();
  }

  /** Closes the link. What waits for an answer is rejected with the reason. */
  end(cause: DisconnectCause, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { link, sink, clock, meters, pushes, ended } = this.#options;
    meters.disconnects[cause] += 1;
    this.#beat?.cancel();
    this.#watch?.cancel();
    link.close(reason);
    this.views.end();
    sink.unlinked('link-down', clock.nowMs() - this.lastHeardMs);
    this.calls.end(reason);
    pushes.unlinked(reason);
    this.relays.end(reason);
    ended({ cause, reason });
    this.#hasEnded();
  }

  #traffic(): ViewTraffic {
    const { clock, sink, logger, meters, settings, welcome } = this.#options;
    const options = { outgoing: this.#outgoing, clock, sink, meters, lineage: welcome.lineage, serverIndex: welcome.index };
    if (settings.mode === 'interval') return new IntervalSubscriber({ ...options, intervalMs: settings.intervalMs });
    return new Subscriber({ ...options, logger, disagree: () => this.end('digests', 'the digests of the views do not agree') });
  }

  #receive(message: Uint8Array): void {
    if (this.#isOver) return;
    const { clock, meters } = this.#options;
    this.lastHeardMs = clock.nowMs();
    meters.framesIn += 1;
    meters.bytesIn += message.byteLength;
    const decoded = this.#decode(message);
    if (decoded?.kind === 'chunk') this.relays.chunk(decoded.chunk);
    else if (decoded !== undefined) this.#dispatch(decoded.frame, decoded.sizeBytes);
  }

  #decode(message: Uint8Array): Message | undefined {
    try {
      return decodeMessage(message);
    } catch (error) {
      this.end('protocol', messageOf(error));
      return undefined;
    }
  }

  #dispatch(frame: DownFrame | UpFrame, sizeBytes: number): void {
    switch (frame.t) {
      case 'view':
      case 'change':
      case 'same':
      case 'noview':
      case 'unsubbed':
      case 'upstream':
        this.views.receive(frame, sizeBytes);
        break;
      case 'hb':
        if (frame.q === true) this.#outgoing.send({ t: 'hb' });
        this.#serverIsAt(frame);
        this.views.heartbeat(frame);
        break;
      case 'ack':
        this.#options.pushes.acknowledged(frame);
        break;
      case 'resync':
        this.#options.resync();
        break;
      default:
        this.#answer(frame);
    }
  }

  /** What belongs to one exchange, by its id. */
  #answer(frame: DownFrame | UpFrame): void {
    switch (frame.t) {
      case 'done':
        this.calls.done(frame.id, frame.result);
        break;
      case 'fail':
        this.#failed(frame);
        break;
      case 'head':
        this.relays.head(frame);
        break;
      case 'credit':
        this.relays.credit(frame);
        break;
      case 'cancel':
        this.relays.cancel(frame);
        break;
      default:
        this.end('protocol', `the server sent a ${frame.t} frame where none was due`);
    }
  }

  /** Ids are of all exchanges: at most one of the two knows it. */
  #failed(frame: Fail): void {
    this.calls.fail(frame.id, fromWireError(frame.error));
    this.relays.fail(frame);
  }

  #serverIsAt({ i }: Heartbeat): void {
    if (i !== undefined) this.#options.meters.serverIndex = i;
  }

  #sendHeartbeat(): void {
    const { clock, settings } = this.#options;
    this.#outgoing.send({ t: 'hb' });
    this.#beat = clock.after(settings.heartbeatMs, () => this.#sendHeartbeat());
  }

  /** Looks again after `delayMs`: usually something was heard meanwhile, and it is set for the rest. */
  #watchFor(delayMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.nowMs() + delayMs;
    this.#watch = clock.after(delayMs, () => {
      const leftMs = this.lastHeardMs + this.#heartbeatMs * SILENT_HEARTBEATS - clock.nowMs();
      if (leftMs > 0) this.#watchFor(leftMs);
      // This process itself was stopped, or busy for long: what the server sent meanwhile is still to be read.
      else if (clock.nowMs() - dueMs > this.#heartbeatMs) this.#watchFor(this.#heartbeatMs);
      else this.end('silent', `nothing heard for ${SILENT_HEARTBEATS} heartbeats of ${this.#heartbeatMs} ms`);
    });
  }
}
