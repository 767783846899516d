/** An `AgentLink` on a fake clock whose servers are played by the test; what it tells and logs is written down. */
import type { LogFields, Logger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { AgentLink } from '../sync/agent-link.ts';
import type { AgentLinkOptions, AgentLinkSettings } from '../sync/agent-link-options.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeSink } from './fake-sink.ts';
import { type ScriptedLink, ScriptedTransport } from './scripted-link.ts';

export const LINK_SETTINGS: AgentLinkSettings = {
  datacenter: 'dc1',
  mode: 'push',
  intervalMs: 10_000,
  heartbeatMs: 10_000,
  batchSize: 100,
  flushIntervalMs: 1_000,
  retryIntervalMs: 30_000,
  retryMax: 0,
  maxViewBytes: 1_000_000,
  version: '0.1.0',
};

export class LinkingAgent {
  readonly clock: FakeClock = new FakeClock();
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly sink: FakeSink = new FakeSink();
  /** What the link told, oldest first. */
  readonly events: string[] = [];
  /** What it logged above debug, as `level message: reason or server`. */
  readonly lines: string[] = [];
  readonly link: AgentLink;

  constructor(more: Partial<AgentLinkOptions> = {}) {
    const { clock, transport, sink, events } = this;
    this.link = new AgentLink({
      ...{ transport, sink, clock, random: new SeededRandom(1), logger: this.#logger(), servers: ['a:8300'], settings: LINK_SETTINGS },
      identity: { nodeId: 'node-id', boot: 3, runId: 'run', isFresh: false },
      node: () => ({ id: 'node-id', name: 'n', address: '127.0.0.1', taggedAddresses: undefined, meta: undefined, locality: undefined }),
      events: {
        linked: () => void events.push('linked'),
        unlinked: (reason) => void events.push(`unlinked ${reason}`),
        resync: () => void events.push('resync'),
        gaveUp: (reason) => void events.push(`gave up ${reason}`),
      },
      ...more,
    });
  }

  /** The server's end of the newest link. */
  get server(): ScriptedLink {
    return this.transport.last;
  }

  /** Starts, and lets the first dial happen. */
  async start(): Promise<this> {
    await this.link.start();
    await this.clock.settle();
    return this;
  }

  /** Starts, and is welcomed. */
  async startLinked(): Promise<this> {
    await this.start();
    this.server.welcome();
    await this.clock.settle();
    return this;
  }

  /** Dials fail from here on, all or those of one address. */
  refuseDials(address?: string): void {
    this.transport.before = (dialled) => {
      if (address === undefined || dialled === address) throw new Error('refused');
    };
  }

  #logger(): Logger {
    const write =
      (level: string) =>
      (fields: LogFields, message: string): void =>
        void this.lines.push(`${level} ${message}: ${String(fields.reason ?? fields.server)}`);
    return { error: write('error'), warn: write('warn'), info: write('info'), debug: () => {}, child: () => this.#logger() };
  }
}
