/** What the examples talk to: a server in this process, with its data in memory, on free ports of the loopback address. */
import { agentConfig, loadConfig, Server } from '../../src/index.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { NodeDisk } from '../../src/runtime/node-disk.ts';
import { NodeProber } from '../../src/runtime/node-prober.ts';
import { SystemRandom } from '../../src/runtime/random.ts';
import { NodeUdpSender } from '../../src/runtime/udp-sender.ts';
import { WsTransport } from '../../src/runtime/ws-link.ts';
import { MemoryStore } from '../../src/store/memory.ts';

export interface LocalServer {
  /** For `connect`. */
  readonly address: string;
  /** For `createAgent`. */
  readonly linkAddress: string;
  stop(): Promise<void>;
}

export async function startLocalServer(): Promise<LocalServer> {
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const flags = Object.entries({ dev: 'true', node: 'server', bind: '127.0.0.1', 'http-port': '0', 'server-port': '0' });
  const values = loadConfig({ files: [], environment: {}, flags: new Map(flags.map(([name, value]) => [name, [value]])) });
  const server = await Server.open(agentConfig(values, { hostName: 'server', address: '127.0.0.1' }), {
    ...{ clock, random, logger: silentLogger, disk: new NodeDisk(), prober: new NodeProber({ clock, dockerHost: '' }) },
    transport: new WsTransport({ clock }),
    openUdp: (address) => new NodeUdpSender(address),
    openEngine: async () => new MemoryStore(random).open(),
  });
  await server.start();
  return {
    address: `http://${server.httpAddresses[0]}`,
    linkAddress: server.linkAddresses[0] ?? '',
    stop: () => server.stop(),
  };
}
