/** An agent of this process behind the SDK: started, connected to the common core, and stopped in the right order. */

import { Agent } from '../agent/agent.ts';
import { readLinkTls } from '../assembly/link-tls.ts';
import { thisMachine } from '../assembly/machine.ts';
import { serveRelay } from '../assembly/serve-relay.ts';
import { ApiClient } from '../client/api-client.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import { Renderer } from '../http/render.ts';
import { type Clock, SystemClock } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/hold-process.ts';
import { silentLogger } from '../runtime/logger.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { NodeProber } from '../runtime/node-prober.ts';
import type { Thread, ThreadPort } from '../runtime/port-pair.ts';
import { type Random, SystemRandom } from '../runtime/random.ts';
import { NodeUdpSender } from '../runtime/udp-sender.ts';
import { WsTransport } from '../runtime/ws-link.ts';
import type { AgentLinkStatus } from '../sync/agent-link-options.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { indentJson } from '../wire/json.ts';
import { embeddedConfig } from './agent-options.ts';
import { ApiViews } from './api-views.ts';
import { CacheViews } from './cache-views.ts';
import type { CreateAgentOptions } from './create-agent.ts';
import { SDK_HINTS } from './hints.ts';
import type { KonsulAgent } from './konsul-agent.ts';
import { KonsulCore } from './konsul-core.ts';
import { RelayTransport } from './relay-transport.ts';
import { WorkerHost } from './worker-host.ts';

const LINK_WAIT_MS = 1_000;
const LOOK_MS = 5;

interface Started {
  readonly agent: Agent;
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly random: Random;
}

export class EmbeddedAgent extends KonsulCore implements KonsulAgent {
  readonly nodeName: string;
  readonly #agent: Agent;
  readonly #workers: WorkerHost;
  readonly #leavesOnClose: boolean;
  #ending: Promise<void> | undefined;

  private constructor(started: Started) {
    const { agent, config, clock, random } = started;
    const relay = serveRelay({ dispatcher: agent.dispatcher, renderer: new Renderer({ clock, indentsAlways: false, indent: indentJson }) });
    const target = new RelayTransport('the embedded agent', relay, clock);
    const api = new ApiClient({ clock, target, token: '', datacenter: '', isStale: false, basicAuth: '', hints: SDK_HINTS });
    const health = agent.cache.reader('all').topic(serviceHealthTopic);
    super({ views: new CacheViews(agent.cache, new ApiViews(api, clock), clock), health, api, clock, random });
    this.nodeName = config.nodeName;
    this.#agent = agent;
    this.#workers = new WorkerHost({ agent, config, relay, clock, random });
    this.#leavesOnClose = config.dataDir === '';
  }

  /** Opens and starts the agent. Throws as `createAgent` says; nothing is left running then. */
  static async start(options: CreateAgentOptions): Promise<EmbeddedAgent> {
    const config = embeddedConfig(options, thisMachine());
    const [clock, random, disk] = [new SystemClock(), new SystemRandom(), new NodeDisk()];
    const agent = await Agent.open(config, {
      clock,
      random,
      disk,
      prober: new NodeProber({ clock, dockerHost: '' }),
      logger: options.logger ?? silentLogger,
      transport: new WsTransport({ clock, ...(await readLinkTls(config, disk)) }),
      openUdp: (address) => new NodeUdpSender(address),
    });
    await agent.start();
    if (config.link.servers.length > 0) await waitForLink(agent, clock, options.linkWaitMs ?? LINK_WAIT_MS);
    return new EmbeddedAgent({ agent, config, clock, random });
  }

  get nodeId(): string {
    return this.#agent.nodeId;
  }

  get httpAddresses(): readonly string[] {
    return this.#agent.httpAddresses;
  }

  get link(): AgentLinkStatus {
    return this.#agent.link.status;
  }

  join(address: string): Promise<void> {
    return this.#agent.link.join(address);
  }

  port(): ThreadPort {
    return this.#workers.open();
  }

  attach(worker: Thread): void {
    const konsulPort = this.port();
    worker.postMessage({ konsulPort }, [konsulPort]);
  }

  leave(): Promise<void> {
    this.#ending ??= this.#end(true);
    return this.#ending;
  }

  override close(): Promise<void> {
    this.#ending ??= this.#end(this.#leavesOnClose);
    return this.#ending;
  }

  async #end(leaves: boolean): Promise<void> {
    await super.close();
    if (leaves) await this.#agent.leave();
    this.#workers.close();
    await this.#agent.stop();
  }
}

/** So that the first look-up of a program does not come too early by a few milliseconds. */
async function waitForLink({ link }: Agent, clock: Clock, waitMs: number): Promise<void> {
  const endMs = clock.nowMs() + waitMs;
  const letGo = holdProcess();
  while (!link.isLinked && clock.nowMs() < endMs) await clock.sleep(LOOK_MS);
  letGo();
}
