/**
 * Views of an agent that is asked over HTTP, by blocking queries: one question at a time for each view that is followed. Keeps nothing but
 * what it needs to know of the views it gave; an index that goes back, as after a restore, starts over.
 */
import { type ApiClient, bodyJson } from '../client/api-client.ts';
import type { Json } from '../model/values.ts';
import type { Clock } from '../runtime/clock.ts';
import type { HttpReply } from '../runtime/http-client.ts';
import type { Freshness, StaleReason } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { type ApiTopic, apiTopic } from './api-topics.ts';
import { LIVE, type NextView, PAUSE_MS, type Seen, type Views, WAIT_MS } from './views.ts';

/** The agent adds up to a sixteenth to a wait. */
const ANSWER_MS = WAIT_MS + WAIT_MS / 16 + 10_000;
const NOTHING_SEEN = '0';

/** What came with a view. */
interface Arrival {
  /** As text: that of events has 64 bits. */
  readonly index: string;
  readonly freshness: Freshness;
  readonly atMs: number;
}

export class ApiViews implements Views {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #arrivals = new WeakMap<View, Arrival>();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async read<T>(topic: Topic<T>, key: string): Promise<View<T>> {
    const asked = apiTopic(topic);
    const reply = await this.#client.request('GET', asked.path(key), { query: asked.query ?? {}, accepts: [404] });
    return this.#viewOf(topic, asked, { reply, before: [] });
  }

  held(): undefined {
    return undefined;
  }

  async next<T>(topic: Topic<T>, key: string, { view: seen, signal }: Seen<T>): Promise<NextView<T> | undefined> {
    const asked = apiTopic(topic);
    const before = seen === undefined ? NOTHING_SEEN : (this.#arrivals.get(seen)?.index ?? NOTHING_SEEN);
    while (!signal.aborted) {
      const reply = await this.#ask(asked, key, { index: before, signal });
      if (reply === undefined) return undefined;
      const index = indexOf(reply);
      if (seen === undefined || index !== before) {
        const view = this.#viewOf(topic, asked, { reply, before: seen?.items ?? [] });
        return { view, isReset: seen !== undefined && asked.isUnordered !== true && BigInt(index) < BigInt(before) };
      }
      this.#arrivals.set(seen, this.#arrivalOf(reply));
      await this.#clock.sleep(PAUSE_MS, signal);
    }
    return undefined;
  }

  freshness(_topic: Topic<unknown>, _key: string, view: View): Freshness {
    const arrival = this.#arrivals.get(view);
    if (arrival === undefined || arrival.freshness.isLive) return LIVE;
    return { ...arrival.freshness, ageMs: arrival.freshness.ageMs + this.#clock.nowMs() - arrival.atMs };
  }

  async #ask(asked: ApiTopic, key: string, from: { readonly index: string; readonly signal: AbortSignal }): Promise<HttpReply | undefined> {
    const { index, signal } = from;
    const blocking = index === NOTHING_SEEN ? {} : { index, wait: `${WAIT_MS / 1_000}s` };
    try {
      return await this.#client.request('GET', asked.path(key), {
        query: { ...asked.query, ...blocking },
        accepts: [404],
        timeoutMs: ANSWER_MS,
        signal,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  #viewOf<T>(topic: Topic<T>, asked: ApiTopic<T>, came: { readonly reply: HttpReply; readonly before: readonly T[] }): View<T> {
    const { reply, before } = came;
    const items = reply.status === 404 ? [] : asked.decode(bodyJson<Json>(reply));
    const arrival = this.#arrivalOf(reply);
    const view = createView(Number(arrival.index), reuse(topic, before, items));
    this.#arrivals.set(view, arrival);
    return view;
  }

  #arrivalOf(reply: HttpReply): Arrival {
    return { index: indexOf(reply), freshness: freshnessOf(reply), atMs: this.#clock.nowMs() };
  }
}

/** 0, or none, must not be waited for: Consul's clients take it as 1. */
function indexOf({ headers }: HttpReply): string {
  const text = String(headers['x-consul-index'] ?? '');
  return /^[1-9]\d{0,19}$/.test(text) ? text : '1';
}

const STALE = /^stale;.*\breason=([a-z-]{1,40})/;

/** What an agent of Konsul says; others say nothing, and mean live. */
function freshnessOf({ headers }: HttpReply): Freshness {
  const reason = STALE.exec(String(headers['x-konsul-freshness'] ?? ''))?.[1];
  if (reason === undefined) return LIVE;
  const ageSeconds = Number(headers.age ?? 0);
  return { isLive: false, ageMs: Number.isFinite(ageSeconds) ? ageSeconds * 1_000 : 0, reason: reason as StaleReason };
}

/** The new items, with the old object wherever one is the same: so that what did not change can be told by reference. */
function reuse<T>(topic: Topic<T>, before: readonly T[], items: readonly T[]): readonly T[] {
  if (before.length === 0) return items;
  const known = new Map(before.map((item) => [topic.idOf(item), item]));
  return items.map((item) => {
    const old = known.get(topic.idOf(item));
    return old !== undefined && topic.stampOf(old) === topic.stampOf(item) ? old : item;
  });
}
