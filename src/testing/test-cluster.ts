/** A server and client agents in one process, on one fake clock and a fake network: whole assemblies, every route, no socket. */
import { Agent } from '../agent/agent.ts';
import { agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { Renderer } from '../http/render.ts';
import type { Disk } from '../runtime/disk.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { indentJson } from '../wire/json.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeNetwork } from './fake-network.ts';
import { FakeProber } from './fake-prober.ts';
import { MemoryDisk } from './memory-disk.ts';
import { type Send, sendTo, startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

/** Any 16 bytes: hosts of the fake network are not loopback, so links need a key. */
const ENCRYPT = 'AAAAAAAAAAAAAAAAAAAAAA==';

export interface TestAgent {
  readonly agent: Agent;
  readonly disk: Disk;
  readonly send: Send;
}

export interface TestAgentOptions {
  /** That of an agent before it, for a restart. */
  readonly disk?: Disk;
  /** Options that have no flag, as a configuration file. */
  readonly file?: unknown;
}

export class TestCluster {
  readonly clock: FakeClock = new FakeClock();
  readonly network: FakeNetwork = new FakeNetwork({ clock: this.clock, random: new SeededRandom(7) });
  readonly #agents: Agent[] = [];
  #server: TestServer | undefined;
  #seed = 100;

  /** The server `s1`, on the host of that name. */
  async startServer(options: TestServerOptions = {}): Promise<TestServer> {
    const flags = { encrypt: ENCRYPT, 'server-port': '8300', ...options.flags };
    const { clock } = this;
    this.#server = await startTestServer({ ...options, flags, clock, transport: this.network.transport('s1') });
    return this.#server;
  }

  /** The client agent `name`, on the host of that name, with its data on a disk in memory; it may not have linked yet. */
  async startAgent(name: string, { disk = new MemoryDisk(), file }: TestAgentOptions = {}): Promise<TestAgent> {
    const flags = { node: name, encrypt: ENCRYPT, bind: '10.0.0.9', 'data-dir': '/data', 'http-port': '-1', 'retry-join': 's1' };
    const files = file === undefined ? [] : [{ path: 'test.json', text: JSON.stringify(file) }];
    const given = new Map(Object.entries(flags).map(([flag, value]) => [flag, [value]]));
    const config = agentConfig(loadConfig({ files, environment: {}, flags: given }), { hostName: 'host', address: '10.0.0.9' });
    const { clock } = this;
    this.#seed += 1;
    const agent = await Agent.open(config, {
      ...{ clock, disk, random: new SeededRandom(this.#seed), prober: new FakeProber(), logger: silentLogger },
      transport: this.network.transport(name),
      openUdp: () => ({ send: async () => {}, close: () => {} }),
    });
    await agent.start();
    this.#agents.push(agent);
    const renderer = new Renderer({ clock, indentsAlways: false, indent: indentJson });
    return { agent, disk, send: (call, request) => sendTo({ dispatcher: agent.dispatcher, renderer }, call, request) };
  }

  /** As `startAgent`, and waits until it has linked and agreed. */
  async joinAgent(name: string, options: TestAgentOptions = {}): Promise<TestAgent> {
    const joined = await this.startAgent(name, options);
    await this.advance(1_000);
    return joined;
  }

  /** Moves time on. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** The result of something that needs time to pass: messages take a millisecond or two. */
  async until<T>(work: Promise<T>, mostMs = 60_000): Promise<T> {
    let isDone = false;
    const watched = work.finally(() => {
      isDone = true;
    });
    watched.catch(() => {});
    for (let passedMs = 0; !isDone && passedMs < mostMs; passedMs += 1) await this.clock.advance(1);
    return watched;
  }

  async stop(): Promise<void> {
    await this.until(Promise.all(this.#agents.map((agent) => agent.stop())));
    if (this.#server !== undefined) await this.until(this.#server.stop());
  }
}
