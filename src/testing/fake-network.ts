/**
 * Hosts with names in one process, and links between them: on a `FakeClock` and a seeded `Random` a run can be repeated to the last
 * message. Messages arrive after a latency, in order on each link, as TCP delivers; the test cuts, stalls, breaks and heals.
 */
import type { Clock } from '../runtime/clock.ts';
import type { Link, LinkListener, LinkTransport } from '../runtime/link.ts';
import { assertNotAborted, dialAborted, dialFailed, parseLinkAddress } from '../runtime/link-address.ts';
import { DEFAULT_MAX_QUEUED_BYTES } from '../runtime/link-inbox.ts';
import type { Random } from '../runtime/random.ts';
import { CONNECTION_RESET, FakeLink } from './fake-link.ts';
import { Road, type RoadState, type Traffic } from './fake-road.ts';

export interface FakeNetworkOptions {
  readonly clock: Clock;
  /** Decides the jitter, and nothing else. */
  readonly random: Random;
  /** Milliseconds that every message is under way, at least. Default 1. */
  readonly latencyMs?: number;
  /** Up to so many whole milliseconds are added by chance. Default 1. */
  readonly jitterMs?: number;
  /** How long a dial waits for an answer. Default 5,000. */
  readonly dialTimeoutMs?: number;
  /** As in all transports. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
}

/** The first port given out where any would do: to listeners that ask for port 0, and to those who dial. */
const FIRST_EPHEMERAL_PORT = 49_152;

type Accept = (link: Link) => void;

interface OpenLink {
  readonly from: string;
  readonly to: string;
  readonly link: FakeLink;
}

export class FakeNetwork {
  readonly #options: Required<FakeNetworkOptions>;
  /** Listeners of each host, by port. */
  readonly #hosts = new Map<string, Map<number, Accept>>();
  readonly #roads = new Map<string, Road>();
  #links: OpenLink[] = [];
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(options: FakeNetworkOptions) {
    this.#options = { latencyMs: 1, jitterMs: 1, dialTimeoutMs: 5_000, maxQueuedBytes: DEFAULT_MAX_QUEUED_BYTES, ...options };
  }

  /** What a process on that host opens and accepts links with. It listens at `host:port`, whatever host it names. */
  transport(host: string): LinkTransport {
    if (!this.#hosts.has(host)) this.#hosts.set(host, new Map());
    return {
      listen: async (address, accept) => this.#listen(host, address, accept),
      dial: (address, signal) => this.#dial(host, address, signal),
    };
  }

  /** What is sent between the two vanishes, and neither side learns of it: their links are half-open. */
  cut(a: string, b: string): void {
    this.cutOneWay(a, b);
    this.cutOneWay(b, a);
  }

  cutOneWay(from: string, to: string): void {
    this.#setState(from, to, 'cut');
  }

  /** What is sent between the two waits, and arrives when they are healed: as TCP makes of a short cut. */
  stall(a: string, b: string): void {
    this.stallOneWay(a, b);
    this.stallOneWay(b, a);
  }

  stallOneWay(from: string, to: string): void {
    this.#setState(from, to, 'stalled');
  }

  /** Ends cuts and stalls. A link that has lost a message is reset as soon as the same side sends another one. */
  heal(a: string, b: string): void {
    this.#setState(a, b, 'open');
    this.#setState(b, a, 'open');
  }

  healAll(): void {
    for (const road of this.#roads.values()) road.state = 'open';
    this.#pump();
  }

  /** Closes all links between the two, at both ends at once. New ones may be dialled. */
  break(a: string, b: string, reason: string = CONNECTION_RESET): void {
    for (const { link } of this.#between(a, b)) link.break(reason);
  }

  /** Ends all processes of a host as `kill -9` does: they hear of nothing more, the others get a reset, and nobody listens there. */
  crash(host: string): void {
    this.#hosts.get(host)?.clear();
    for (const { from, to, link } of this.#links) {
      if (from === host) link.near.crash();
      if (to === host) link.far.crash();
    }
  }

  traffic(from: string, to: string): Traffic {
    const { messages, bytes, lostMessages } = this.#road(from, to);
    return { messages, bytes, lostMessages };
  }

  /** Links between the two that at least one side takes for open. */
  openLinks(a: string, b: string): number {
    return this.#between(a, b).length;
  }

  #listen(host: string, address: string, accept: Accept): LinkListener {
    const asked = parseLinkAddress(address)?.port;
    const ports = this.#hosts.get(host);
    if (asked === undefined || ports === undefined) throw new Error(`listen ${address}: not an address`);
    const port = asked === 0 ? this.#takePort() : asked;
    if (ports.has(port)) throw new Error(`listen ${host}:${port}: address already in use`);
    ports.set(port, accept);
    return {
      address: `${host}:${port}`,
      close: async () => {
        if (ports.get(port) === accept) ports.delete(port);
      },
    };
  }

  async #dial(from: string, address: string, signal: AbortSignal): Promise<Link> {
    assertNotAborted(address, signal);
    const { host = '', port = 0 } = parseLinkAddress(address) ?? {};
    const ports = this.#hosts.get(host);
    if (ports === undefined) throw dialFailed(address, `dial tcp: lookup ${host}: no such host`);
    const link = this.#open(from, host, address);
    const { clock, dialTimeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error): void => {
        settled();
        reject(error);
        link.near.close(error.message);
      };
      const abort = (): void => giveUp(dialAborted(address));
      const timer = clock.after(dialTimeoutMs, () => giveUp(dialFailed(address, `dial tcp ${address}: i/o timeout`)));
      const settled = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', abort);
      };
      signal.addEventListener('abort', abort);
      link.near.onClose((reason) => giveUp(dialFailed(address, `dial tcp ${address}: ${reason}`)));
      link.knock(
        () => ports.get(port),
        () => {
          settled();
          resolve(link.near);
        },
      );
    });
  }

  #open(from: string, to: string, address: string): FakeLink {
    const { clock, random, latencyMs, jitterMs, maxQueuedBytes } = this.#options;
    const link = new FakeLink({
      clock,
      latency: () => latencyMs + Math.round(jitterMs * random.float()),
      maxQueuedBytes,
      there: this.#road(from, to),
      back: this.#road(to, from),
      farAddress: address,
      nearAddress: `${from}:${this.#takePort()}`,
    });
    this.#links = this.#links.filter((each) => !each.link.isOver);
    this.#links.push({ from, to, link });
    return link;
  }

  #takePort(): number {
    this.#nextPort += 1;
    return this.#nextPort - 1;
  }

  #between(a: string, b: string): readonly OpenLink[] {
    return this.#links.filter(({ from, to, link }) => !link.isOver && ((from === a && to === b) || (from === b && to === a)));
  }

  #setState(from: string, to: string, state: RoadState): void {
    this.#road(from, to).state = state;
    this.#pump();
  }

  #road(from: string, to: string): Road {
    const name = `${from}→${to}`;
    const road = this.#roads.get(name) ?? new Road();
    this.#roads.set(name, road);
    return road;
  }

  #pump(): void {
    for (const { link } of this.#links) link.pump();
  }
}
