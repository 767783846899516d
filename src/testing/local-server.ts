/** A server in this process on free ports of the loopback address, with its data in memory: for examples, and tests with real sockets. */
import { agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { SystemClock } from '../runtime/clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import { NodeDisk } from '../runtime/node-disk.ts';
import { NodeProber } from '../runtime/node-prober.ts';
import { SystemRandom } from '../runtime/random.ts';
import { NodeUdpSender } from '../runtime/udp-sender.ts';
import { WsTransport } from '../runtime/ws-link.ts';
import { Server } from '../server/server.ts';
import { MemoryStore } from '../store/memory.ts';

export interface LocalServerOptions {
  readonly store?: MemoryStore;
  readonly linkPort?: number;
}

export interface LocalServer {
  /** For `connect`. */
  readonly address: string;
  /** For `createAgent`. */
  readonly linkAddress: string;
  stop(): Promise<void>;
}

/** The same each time, so that the next server on a store is the same node again. */
const NODE_ID = '5e12e100-0000-4000-8000-000000000001';

/** `store` keeps what is in it, and `linkPort` where agents find it, from one server to the next. */
export async function startLocalServer({ store, linkPort = 0 }: LocalServerOptions = {}): Promise<LocalServer> {
  const [clock, random] = [new SystemClock(), new SystemRandom()];
  const flags = Object.entries({
    dev: 'true',
    node: 'server',
    'node-id': NODE_ID,
    bind: '127.0.0.1',
    'http-port': '0',
    'server-port': String(linkPort),
  });
  const values = loadConfig({ files: [], environment: {}, flags: new Map(flags.map(([name, value]) => [name, [value]])) });
  const server = await Server.open(agentConfig(values, { hostName: 'server', address: '127.0.0.1' }), {
    ...{ clock, random, logger: silentLogger, disk: new NodeDisk(), prober: new NodeProber({ clock, dockerHost: '' }) },
    transport: new WsTransport({ clock }),
    openUdp: (address) => new NodeUdpSender(address),
    openEngine: async () => (store ?? new MemoryStore(random)).open(),
  });
  await server.start();
  return {
    address: `http://${server.httpAddresses[0]}`,
    linkAddress: server.linkAddresses[0] ?? '',
    stop: () => server.stop(),
  };
}
