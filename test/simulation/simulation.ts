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
import type { Engine } from '../../src/store/engine.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { FakeClock } from '../../src/testing/fake-clock.ts';
import { FakeProber } from '../../src/testing/fake-prober.ts';
import { MemoryDisk } from '../../src/testing/memory-disk.ts';
import { type Reply, replyOf, requestOf } from '../../src/testing/test-server.ts';
import { indentJson } from '../../src/wire/json.ts';
import { MortalClock } from './mortal-clock.ts';

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
/** Before a commit takes effect, and again before it is known to have: so that stops and crashes find writes under way. */
const MAX_COMMIT_DELAY_MS = 10;

/** One process, from its start to its stop or crash. */
class Life {
  readonly clock: MortalClock;
  readonly stopping = new AbortController();
  readonly crashed: Promise<undefined>;
  server: Server | undefined;
  engine: Engine | undefined;
  #reportCrash: () => void = () => {};

  constructor(clock: FakeClock) {
    this.clock = new MortalClock(clock);
    this.crashed = new Promise((resolve) => {
      this.#reportCrash = () => resolve(undefined);
    });
  }

  /** Nothing of it acts any more; the store notices that it is gone. */
  async crash(): Promise<void> {
    this.clock.kill();
    this.#reportCrash();
    await this.engine?.close();
  }
}

export class Simulation {
  readonly clock: FakeClock = new FakeClock();
  readonly store: MemoryStore;
  readonly disk: MemoryDisk = new MemoryDisk();
  readonly #random: SeededRandom;
  readonly #prober = new FakeProber();
  readonly #renderer = new Renderer({ clock: this.clock, indentsAlways: false, indent: indentJson });
  readonly #events: string[] = [];
  /** That of the server that runs. */
  #life: Life | undefined;
  #interruptions = 0;

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

  /** How often all waits were ended early: by a stop, a crash, or a state that was loaded anew. */
  get interruptions(): number {
    return this.#interruptions;
  }

  /** A number in [0, 1), from a sequence of its own for each actor. */
  dice(): () => number {
    const random = new SeededRandom(Math.floor(this.#random.float() * 2 ** 32));
    return () => random.float();
  }

  note(who: string, event: string): void {
    this.#events.push(`${this.clock.nowMs().toFixed(3)} ${who} ${event}`);
  }

  /** Throws what a start throws; then there is no server, and it may be tried again. */
  async startServer(): Promise<void> {
    const config = agentConfig(loadConfig({ files: [], environment: {}, flags: FLAGS }), { hostName: 'host', address: '10.0.0.1' });
    const life = new Life(this.clock);
    const tools = { clock: life.clock, random: this.#random, disk: this.disk, prober: this.#prober, logger: silentLogger };
    const openEngine = async (): Promise<Engine> => {
      life.engine = this.#openEngine(life.clock);
      return life.engine;
    };
    try {
      life.server = await Server.open(config, { ...tools, openEngine, openUdp: () => ({ send: async () => {}, close: () => {} }) });
      await life.server.start();
    } catch (error) {
      await life.crash();
      throw error;
    }
    this.#life = life;
    this.note('server', 'started');
  }

  /** Ends every wait, as the HTTP server would, and stops in order. */
  async stopServer(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    this.#interruptions += 1;
    life?.stopping.abort();
    await life?.server?.stop();
    this.note('server', 'stopped');
  }

  /** The machine goes down, whatever was under way; the disk forgets what was not synced, but for so many bytes of each file. */
  async crashServer(keepUnsyncedBytes: number): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    this.#interruptions += 1;
    this.disk.crash({ keepUnsyncedBytes });
    await life?.crash();
    this.note('server', 'crashed');
  }

  /** Ends the server's watch of the store: it loads everything anew. */
  breakWatches(): void {
    this.#interruptions += 1;
    this.store.breakWatches('broken by the script');
    this.note('store', 'watches broken');
  }

  /** Sends a request and notes its answer; `undefined` if there is none: no server, or it died. `call`: a method and a target. */
  async send(who: string, call: string, body?: unknown): Promise<Reply | undefined> {
    const life = this.#life;
    const reply = life && (await Promise.race([this.#answer(life, call, body), life.crashed]));
    this.note(who, `${call} -> ${reply === undefined ? 'no answer' : `${reply.status} @${reply.index} ${reply.text}`}`);
    return reply;
  }

  async #answer({ server, stopping }: Life, call: string, body: unknown): Promise<Reply | undefined> {
    const answer = await server?.dispatcher.dispatch(requestOf(call, { body, signal: stopping.signal }));
    return answer && replyOf(await this.#renderer.render(answer, { isPretty: false, acceptsGzip: false }));
  }

  /** An engine whose commits take a moment. */
  #openEngine(clock: MortalClock): Engine {
    const engine = this.store.open();
    const commit = engine.commit.bind(engine);
    engine.commit = async (changes, leadership) => {
      await clock.sleep(this.#random.float() * MAX_COMMIT_DELAY_MS);
      const index = await commit(changes, leadership);
      await clock.sleep(this.#random.float() * MAX_COMMIT_DELAY_MS);
      return index;
    };
    return engine;
  }

  /** Runs a server and the actors for `durationMs`, lets things calm down, runs `last`, and stops. Throws what any of them throws. */
  async run(durationMs: number, actors: readonly Actor[], last: Actor): Promise<void> {
    await this.#drive(this.startServer());
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
