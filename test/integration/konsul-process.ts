/**
 * A real server or client agent on loopback: Konsul as built in `dist` (or another build, KONSUL_TEST_PROGRAM), or the peer that the same tests can be held against (KONSUL_TEST_PEER=consul).
 * Owns its folder, its ports and the process; the caller must `stop` or `kill` it and then `remove` it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realPart } from '../real-parts.ts';
import { Child, type Exit } from './child.ts';
import { freePorts } from './free-port.ts';
import { type CallOptions, httpCall, type Reply } from './http-call.ts';
import { waitUntil } from './wait-until.ts';

const READY_TIMEOUT_MS = 20_000;
const START_TRIES = 3;

export type Peer = 'konsul' | 'consul';

export interface KonsulOptions {
  /** Memory engine instead of a durable folder; default false. */
  readonly dev?: boolean;
  /** Default: `KONSUL_TEST_PEER`, else `konsul`. */
  readonly peer?: Peer;
  /** Merged into the configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly flags?: readonly string[];
  /** Default: a fresh temporary folder, removed by `remove()`. */
  readonly dataDir?: string;
  readonly nodeName?: string;
  /** A client agent of servers: the ports to join. Default: a server. */
  readonly joins?: readonly number[];
  /** Whether a start waits until the process knows a leader; false: until it answers at all. Default true. */
  readonly awaitsLeader?: boolean;
  /** Put before the command, for strace and the like. */
  readonly wrapper?: readonly string[];
  /** Over that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Plan {
  readonly peer: Peer;
  readonly command: string;
  readonly args: readonly string[];
  readonly httpPort: number;
  readonly joinPort: number;
  readonly awaitsLeader: boolean;
  readonly folder: string;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}

export class KonsulProcess {
  readonly url: string;
  readonly httpPort: number;
  readonly dataDir: string;
  readonly peer: Peer;
  /** Where client agents join: the port of links, or of gossip. */
  readonly joinPort: number;
  readonly #plan: Plan;
  #child: Child;

  private constructor(plan: Plan, child: Child) {
    this.#plan = plan;
    this.#child = child;
    this.peer = plan.peer;
    this.httpPort = plan.httpPort;
    this.dataDir = plan.dataDir;
    this.joinPort = plan.joinPort;
    this.url = `http://127.0.0.1:${plan.httpPort}`;
  }

  /** Resolves when the server knows its leader. Rejects, with the log, if it ends or is not ready in 20 s. */
  static async start(options: KonsulOptions = {}): Promise<KonsulProcess> {
    for (let tries = 1; ; tries++) {
      const plan = await planOf(options);
      const server = new KonsulProcess(plan, await Child.start(plan.command, plan.args, { env: plan.env }));
      try {
        await server.#ready();
        return server;
      } catch (error) {
        await server.kill();
        server.remove();
        if (tries === START_TRIES || !/EADDRINUSE|address already in use/i.test(String(error))) throw error;
      }
    }
  }

  /** The server's own process id, also behind a wrapper. */
  get pid(): number {
    const pidFile = join(this.#plan.folder, 'pid');
    const text = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '';
    return text === '' ? this.#child.pid : Number(text);
  }

  /** Resolves when the process is gone. */
  get exited(): Promise<Exit> {
    return this.#child.exited;
  }

  log(): string {
    return this.#child.log();
  }

  /** `path` begins with `/v1/`. */
  call(path: string, options: CallOptions = {}): Promise<Reply> {
    return httpCall(this.url + path, options);
  }

  put(path: string, body?: unknown): Promise<Reply> {
    return this.call(path, { method: 'PUT', body });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child.exit() === undefined) process.kill(this.pid, signal);
  }

  /** SIGINT, and the end of the process; killed and an error after 10 s. */
  async stop(): Promise<Exit> {
    const ended = this.#child.exit();
    if (ended !== undefined) return ended;
    this.signal('SIGINT');
    return waitUntil(() => this.#child.exit(), { what: `the end of ${this.peer} after SIGINT: ${this.log()}` }).catch(async (error) => {
      await this.kill();
      throw error;
    });
  }

  /** SIGKILL: no chance to write anything more. */
  async kill(): Promise<void> {
    if (this.#child.exit() === undefined) this.signal('SIGKILL');
    await this.#child.exited;
  }

  /** Starts again on the same folder and ports; stops it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.startAgain();
  }

  /** Starts what was stopped or killed, on the same folder and ports. */
  async startAgain({ awaitsLeader = this.#plan.awaitsLeader }: Pick<KonsulOptions, 'awaitsLeader'> = {}): Promise<void> {
    rmSync(join(this.#plan.folder, 'pid'), { force: true });
    this.#child = await Child.start(this.#plan.command, this.#plan.args, { env: this.#plan.env });
    await this.#ready(awaitsLeader);
  }

  /** Deletes what it keeps, as a lost disk would. It must not run. */
  forgetData(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Deletes its folder. */
  remove(): void {
    rmSync(this.#plan.folder, { recursive: true, force: true });
  }

  async #ready(awaitsLeader = this.#plan.awaitsLeader): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      if (this.#child.exit() !== undefined) return true;
      if (!awaitsLeader) return (await this.call('/v1/agent/self', { timeoutMs: 2_000 })).status === 200;
      return (await this.#knowsLeader()) && (this.peer === 'konsul' || (await this.#isInCatalog()));
    };
    await waitUntil(isReady, { what: 'a leader', timeoutMs: READY_TIMEOUT_MS, everyMs: 10 }).catch((cause) => {
      throw new Error(`${this.peer} is not ready: ${this.log()}`, { cause });
    });
    if (this.#child.exit() !== undefined) throw new Error(`${this.peer} ended at its start: ${this.log()}`);
  }

  async #knowsLeader(): Promise<boolean> {
    const reply = await this.call('/v1/status/leader', { timeoutMs: 2_000 });
    return reply.status === 200 && reply.json<string>() !== '';
  }

  async #isInCatalog(): Promise<boolean> {
    const checks = await this.call('/v1/health/state/passing?consistent');
    if (!checks.json<{ CheckID: string }[]>().some((check) => check.CheckID === 'serfHealth')) return false;
    // A Consul knows its node by gossip first; addresses and metadata come with its first anti-entropy.
    const nodes = await this.call('/v1/catalog/nodes');
    return nodes.json<{ TaggedAddresses: object | null }[]>().every((node) => node.TaggedAddresses !== null);
  }
}

export function startKonsul(options: KonsulOptions = {}): Promise<KonsulProcess> {
  return KonsulProcess.start(options);
}

/** Which server the tests run against. */
export function testedPeer(): Peer {
  return process.env.KONSUL_TEST_PEER === 'consul' ? 'consul' : 'konsul';
}

async function planOf(options: KonsulOptions): Promise<Plan> {
  const peer = options.peer ?? testedPeer();
  const folder = mkdtempSync(join(tmpdir(), `${peer}-`));
  const dataDir = options.dataDir ?? join(folder, 'data');
  const [httpPort, serverPort, lanPort, wanPort] = (await freePorts(4)) as [number, number, number, number];
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(options.config ?? {}));
  const args = [
    ...['agent', '-node', options.nodeName ?? 'n1', '-bind', '127.0.0.1', '-http-port', `${httpPort}`, '-server-port', `${serverPort}`],
    ...['-config-file', configFile, '-pid-file', join(folder, 'pid'), '-log-level', 'warn'],
    ...roleFlags(options, dataDir),
    ...(peer === 'consul' ? consulOnly(lanPort, wanPort) : []),
    ...(options.flags ?? []),
  ];
  const [command, ...rest] = [...(options.wrapper ?? []), ...programOf(peer), ...args] as [string, ...string[]];
  const joinPort = peer === 'consul' ? lanPort : serverPort;
  return {
    peer,
    command,
    args: rest,
    httpPort,
    joinPort,
    awaitsLeader: options.awaitsLeader ?? true,
    folder,
    dataDir,
    env: options.env ?? {},
  };
}

function roleFlags({ dev, joins }: KonsulOptions, dataDir: string): string[] {
  if (dev === true) return ['-dev'];
  if (joins === undefined) return ['-server', '-bootstrap-expect', '1', '-data-dir', dataDir];
  return ['-data-dir', dataDir, ...joins.flatMap((port) => ['-retry-join', `127.0.0.1:${port}`])];
}

function programOf(peer: Peer): string[] {
  if (peer === 'consul') return [realPart('consul')?.path ?? 'consul'];
  const program = process.env.KONSUL_TEST_PROGRAM ?? fileURLToPath(new URL('../../dist/bin/konsul.js', import.meta.url));
  return [process.execPath, '--max-semi-space-size=4', program];
}

/** Consul gossips and answers DNS on fixed ports unless told otherwise, and waits long for an election. */
function consulOnly(lanPort: number, wanPort: number): string[] {
  const quick = 'performance { raft_multiplier = 1 } limits { http_max_conns_per_client = 10000 } connect { enabled = false }';
  return ['-serf-lan-port', `${lanPort}`, '-serf-wan-port', `${wanPort}`, '-dns-port', '-1', '-grpc-port', '-1', '-hcl', quick];
}
