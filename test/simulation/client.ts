/** A client that does the things clients do, one after the other at random times, and checks what it may rely on. */
import { expect } from 'vitest';
import type { Reply } from '../../src/testing/test-server.ts';
import type { Referee } from './referee.ts';
import type { Simulation } from './simulation.ts';

const MEAN_PAUSE_MS = 200;
const SESSION_TTL_MS = 10_000;
const WAIT_MS = 2_000;

interface Entry {
  readonly Value: string | null;
  readonly ModifyIndex: number;
  readonly Session?: string;
}

export class Client {
  readonly #name: string;
  readonly #referee: Referee;
  readonly #simulation: Simulation;
  readonly #dice: () => number;
  /** What it last wrote to its own key; `undefined`: nothing, or it cannot know. */
  #own: string | undefined;
  #session: string | undefined;
  /** `undefined`: it cannot know, as the answer was lost, or the local log failed. */
  #isRegistered: boolean | undefined = false;

  constructor(name: string, simulation: Simulation, referee: Referee) {
    this.#name = name;
    this.#referee = referee;
    this.#simulation = simulation;
    this.#dice = simulation.dice();
  }

  /** Whether its service is registered, as far as it was told; `undefined` while it cannot know. */
  get isRegistered(): boolean | undefined {
    return this.#isRegistered;
  }

  get serviceId(): string {
    return `svc-${this.#name}`;
  }

  async run(endMs: number): Promise<void> {
    const { clock } = this.#simulation;
    const deeds = [
      this.#write,
      this.#write,
      this.#count,
      this.#count,
      this.#watch,
      this.#lock,
      this.#keepSession,
      this.#register,
      this.#remove,
    ];
    while (clock.nowMs() < endMs) {
      await clock.sleep(this.#dice() * 2 * MEAN_PAUSE_MS);
      await deeds[Math.floor(this.#dice() * deeds.length)]?.call(this);
    }
  }

  async #send(call: string, body?: unknown): Promise<Reply | undefined> {
    const reply = await this.#simulation.send(this.#name, call, body);
    const target = call.replace(/[?&](index|wait)=[^&]*/g, '');
    if (reply !== undefined && Number.isFinite(reply.index)) this.#referee.sawIndex(this.#name, target, reply.index);
    return reply;
  }

  /** True if the write is acknowledged; false if it was refused: then nothing of it is there; `undefined` if there was no answer. */
  async #put(call: string, body?: unknown): Promise<boolean | undefined> {
    const reply = await this.#send(`PUT ${call}`, body);
    return reply && reply.status === 200 && reply.text !== 'false';
  }

  async #entry(key: string): Promise<Entry | undefined> {
    const reply = await this.#send(`GET /v1/kv/${key}`);
    return reply?.status === 200 ? reply.json<Entry[]>()[0] : undefined;
  }

  /** Reads its own write. */
  async #write(): Promise<void> {
    const value = `${this.#name}-${Math.floor(this.#dice() * 1e6)}`;
    const isDone = await this.#put(`/v1/kv/own/${this.#name}`, value);
    if (isDone !== false) this.#own = isDone && value;
    const entry = await this.#send(`GET /v1/kv/own/${this.#name}?raw`);
    if (entry !== undefined && entry.status < 500 && this.#own !== undefined) expect(entry.text).toBe(this.#own);
  }

  /** Counts the shared counter up by one, if nobody else does so first. */
  async #count(): Promise<void> {
    const entry = await this.#entry('count');
    const value = Number(Buffer.from(entry?.Value ?? '', 'base64').toString()) + 1;
    await this.#simulation.clock.sleep(this.#dice() * 5);
    const isDone = await this.#put(`/v1/kv/count?cas=${entry?.ModifyIndex ?? 0}`, String(value));
    if (isDone === undefined) this.#referee.lostCount();
    if (isDone) this.#referee.counted(value);
  }

  /** A blocking read ends with a higher index, or when its time is over, or all waits are ended. */
  async #watch(): Promise<void> {
    const { clock } = this.#simulation;
    const before = await this.#send('GET /v1/kv/count');
    if (before === undefined) return;
    const [startMs, interruptions] = [clock.nowMs(), this.#simulation.interruptions];
    const after = await this.#send(`GET /v1/kv/count?index=${before.index}&wait=${WAIT_MS}ms`);
    if (after === undefined || this.#simulation.interruptions > interruptions) return;
    if (after.index === before.index) expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(WAIT_MS);
    expect(clock.nowMs() - startMs).toBeLessThanOrEqual(WAIT_MS * (1 + 1 / 16) + 1);
  }

  async #keepSession(): Promise<void> {
    if (this.#session === undefined) return this.#createSession();
    const reply = await this.#send(`PUT /v1/session/renew/${this.#session}`);
    const nowMs = this.#simulation.clock.nowMs();
    if (reply?.status === 200) this.#referee.renewed(this.#session, nowMs);
    if (reply?.status !== 404) return;
    this.#referee.ended(this.#session, { nowMs, ttlMs: SESSION_TTL_MS });
    this.#session = undefined;
  }

  async #createSession(): Promise<void> {
    const reply = await this.#send('PUT /v1/session/create', { TTL: `${SESSION_TTL_MS / 1_000}s`, LockDelay: '1s' });
    if (reply?.status !== 200) return;
    this.#session = reply.json<{ ID: string }>().ID;
    this.#referee.renewed(this.#session, this.#simulation.clock.nowMs());
  }

  async #lock(): Promise<void> {
    const session = this.#session;
    if (session === undefined || !(await this.#put(`/v1/kv/lock?acquire=${session}`))) return;
    const sessions = (await this.#send('GET /v1/session/list'))?.json<{ ID: string }[]>();
    if (sessions === undefined) return;
    this.#referee.locked(session, (other) => sessions.every(({ ID }) => ID !== other));
    await this.#simulation.clock.sleep(this.#dice() * 5 * SESSION_TTL_MS);
    if ((await this.#put(`/v1/kv/lock?release=${session}`)) !== false) this.#referee.unlocked(session);
  }

  async #register(): Promise<void> {
    const service = { ID: this.serviceId, Name: 'web', Port: Math.ceil(this.#dice() * 100), Check: { TTL: '60s', Status: 'passing' } };
    const isWanted = this.#isRegistered !== true;
    this.#isRegistered = undefined;
    const reply = isWanted
      ? await this.#send('PUT /v1/agent/service/register', service)
      : await this.#send(`PUT /v1/agent/service/deregister/${this.serviceId}`);
    if (reply?.status === 200) this.#isRegistered = isWanted;
    await this.#send('GET /v1/health/service/web');
  }

  async #remove(): Promise<void> {
    const reply = await this.#send(`DELETE /v1/kv/own/${this.#name}?recurse`);
    if (reply === undefined) this.#own = undefined;
    if (reply?.status === 200) this.#own = '';
    await this.#send('GET /v1/kv/own/?keys');
  }
}
