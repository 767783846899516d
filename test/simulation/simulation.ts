/**
 * One server and its clients on virtual time, driven by a seed: the same seed gives the same run, event for event. Everything that
 * touches the world is replaced: clock, chance, disk, store, prober; sockets too, as requests enter at the dispatcher.
 */
import { createHash } from 'node:crypto';
import { agentConfig } from '../../src/config/agent-config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Renderer } from '../../src/http/render.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { SeededRandom } from '../../src/runtime/random.ts';
import { Server } from '../../src/server/server.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { FakeProber } from '../../src/testing/fake-prober.ts';
import { MemoryDisk } from '../../src/testing/memory-disk.ts';
import { type Reply, replyOf, requestOf } from '../../src/testing/test-server.ts';
import { indentJson } from '../../src/wire/json.ts';

/** Somebody who does things until `endMs` on the simulation's clock. */
export type Actor = (simulation: Simulation, endMs: number) => Promise<void>;

const FLAGS = new Map([
  ['server', ['true']],
  ['node', ['s1']],
  ['data-dir', ['/data']],
  ['http-port', ['-1']],
]);
/** Longer than anything that an actor begins before its end: blocking reads, retries, lock delays. */
const CALM_MS = 60_000;

export class Simulation {
  readonly clock: FakeClock = new FakeClock();
  readonly store: MemoryStore;
  readonly #random: SeededRandom;
  readonly #disk = new MemoryDisk();
  readonly #prober = new FakeProber();
  readonly #renderer = new Renderer({ clock: this.clock, indentsAlways: false, indent: indentJson });
  readonly #events: string[] = [];
  #server: Server | undefined;
  #stopping = new AbortController();
  #stops = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.store = new MemoryStore(this.#random);
  }

  /** Every event, oldest first: `1234.5 alice PUT /v1/kv/a -> 200 true`. */
  get events(): readonly string[] {
    return this.#events;
  }

  /** Equal for equal runs. */
  get digest(): string {
    return createHash('sha256').update(this.#events.join('\n')).digest('hex');
  }

  /** How often the server was stopped. */
  get stops(): number {
    return this.#stops;
  }

  /** A number in [0, 1), from a sequence of its own for each actor. */
  dice(): () => number {
    const random = new SeededRandom(Math.floor(this.#random.float() * 2 ** 32));
    return () => random.float();
  }

  note(who: string, event: string): void {
    this.#events.push(`${this.clock.nowMs().toFixed(3)} ${who} ${event}`);
  }

  async startServer(): Promise<void> {
    this.#stopping = new AbortController();
    const config = agentConfig(loadConfig({ files: [], environment: {}, flags: FLAGS }), { hostName: 'host', address: '10.0.0.1' });
    const { clock, store } = this;
    const tools = { clock, random: this.#random, disk: this.#disk, prober: this.#prober, logger: silentLogger };
    const server = await Server.open(config, { ...tools, openEngine: async () => store.open() });
    await server.start();
    this.#server = server;
    this.note('server', 'started');
  }

  /** Ends every wait, as the HTTP server would, and stops in order. */
  async stopServer(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#stops += 1;
    this.#stopping.abort();
    await server?.stop();
    this.note('server', 'stopped');
  }

  /** Sends a request and notes its answer; `undefined` if there is no server. `call`: a method and a target. */
  async send(who: string, call: string, body?: unknown): Promise<Reply | undefined> {
    const server = this.#server;
    if (server === undefined) {
      this.note(who, `${call} -> refused`);
      return undefined;
    }
    const answer = await server.dispatcher.dispatch(requestOf(call, { body, signal: this.#stopping.signal }));
    const reply = await replyOf(await this.#renderer.render(answer, { isPretty: false, acceptsGzip: false }));
    this.note(who, `${call} -> ${reply.status} @${reply.index} ${reply.text}`);
    return reply;
  }

  /** Runs a server and the actors for `durationMs`, lets things calm down, runs `last`, and stops. Throws what any of them throws. */
  async run(durationMs: number, actors: readonly Actor[], last: Actor): Promise<void> {
    await this.startServer();
    await this.#drive(Promise.all(actors.map((actor) => actor(this, durationMs))));
    await this.clock.advance(CALM_MS);
    await this.#drive(last(this, this.clock.nowMs()));
    await this.#drive(this.stopServer());
  }

  /** Moves time on until `work` is done. */
  async #drive(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    await this.clock.settle();
    while (!isDone) await this.clock.advance(100);
    await done;
  }
}
