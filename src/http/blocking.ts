/** Index-based blocking queries (spec 1.7): one place that waits, for every topic. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';
import type { Backend, ReadOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { type ApiRequest, durationParam, type Query } from './request.ts';

export interface BlockingSettings {
  readonly defaultQueryTimeMs: number;
  readonly maxQueryTimeMs: number;
}

export interface Blocking {
  /** Wait until the answer's index is greater; 0: answer at once. */
  readonly index: number;
  /** The most to wait, before jitter. */
  readonly waitMs: number;
}

/** A query may be held longer by up to this part of its wait, so that many do not end together. */
const JITTER_FRACTION = 16;

/** `index` and `wait` of a request; 400 if malformed. */
export function parseBlocking(query: Query, settings: BlockingSettings): Blocking {
  const waitMs = parseWait(query, settings);
  return { index: parseIndex(query), waitMs };
}

function parseIndex(query: Query): number {
  const text = query.get('index');
  if (text === '') return 0;
  if (!/^\d+$/.test(text) || BigInt(text) >= 2n ** 64n) throw new KonsulError('BAD_REQUEST', 'Invalid index');
  return Number(text);
}

/** The wait in milliseconds: the default if absent or not positive, at most the maximum; 400 if malformed. */
export function parseWait(query: Query, settings: BlockingSettings): number {
  const waitMs = durationParam(query, 'wait', 'Invalid wait time') ?? 0;
  return waitMs <= 0 ? settings.defaultQueryTimeMs : Math.min(waitMs, settings.maxQueryTimeMs);
}

/** The wait with Consul's random extra of up to a sixteenth. */
export const withJitter = (waitMs: number, random: Random): number => waitMs + random.float() * (waitMs / JITTER_FRACTION);

export interface BlockingRead<T> {
  readonly topic: Topic<T>;
  readonly key: string;
  readonly blocking: Blocking;
  /** Verify leadership before each evaluation. */
  readonly isConsistent: boolean;
  /** What is taken of a view that is not live. */
  readonly accepts?: ReadOptions | undefined;
}

export interface BlockingResult<T> {
  readonly view: View<T>;
  /** The view was there when it was first asked for. */
  readonly isHit: boolean;
}

export interface BlockingTools {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The view once its index is past the asked one; or as it is when time is over, the client has gone, the process stops, or everything
 * was replaced by a restore.
 */
export async function readBlocking<T>(read: BlockingRead<T>, request: ApiRequest, tools: BlockingTools): Promise<BlockingResult<T>> {
  const { backend, clock, random } = tools;
  const { topic, key, blocking, accepts } = read;
  if (read.isConsistent) await backend.confirm();
  // No `await` for what is there: between a read and its wait nothing may change.
  const readNow = (): View<T> | Promise<View<T>> => backend.read(topic, key, accepts);
  const first = readNow();
  const isHit = !(first instanceof Promise);
  let view = first instanceof Promise ? await first : first;
  if (blocking.index === 0 || view.index > blocking.index) return { view, isHit };
  const endMs = clock.nowMs() + withJitter(blocking.waitMs, random);
  while (view.index <= blocking.index && !request.signal.aborted) {
    const timeoutMs = endMs - clock.nowMs();
    if (timeoutMs <= 0) break;
    const wasReplaced = await backend.wait(topic, key, blocking.index, { timeoutMs, signal: request.signal });
    if (read.isConsistent) await backend.confirm();
    const next = readNow();
    view = next instanceof Promise ? await next : next;
    if (wasReplaced) break;
  }
  return { view, isHit };
}
