/** The SDK over any source of views and any way to an agent's API. Owns what is open: feeds, heartbeats, sessions. */

import type { TopicReader } from '../cache/reader.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { ServiceEntry } from '../topics/entries.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import type { Changes, WatchOptions } from './changes.ts';
import { closedError } from './changes.ts';
import type { RegisterDefinition } from './definition.ts';
import { Feeds } from './feeds.ts';
import type { Instance } from './instance.ts';
import type { Konsul } from './konsul.ts';
import { type Kv, ViewKv } from './kv.ts';
import { type HeldLock, type LockOptions, withLock } from './lock.ts';
import { ApiRegistration, type RegisterOptions, type Registration } from './registration.ts';
import { type HealthOptions, instancesOf, serviceKey } from './selection.ts';
import { FeedHandle, type ServiceHandle, type ServiceOptions } from './service-handle.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import type { Views } from './views.ts';
import { openWatch, type Watchable } from './watch.ts';

/** Whom the SDK talks to. */
export interface KonsulSource {
  readonly views: Views;
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** The shortest way to the health of services that are held here; absent: there is none. */
  readonly health?: TopicReader<ServiceEntry>;
}

export class KonsulCore implements Konsul {
  readonly kv: Kv;
  readonly #source: KonsulSource;
  readonly #feeds: Feeds;
  readonly #registrations = new Set<ApiRegistration>();
  readonly #sessions = new Set<Session>();
  #isClosed = false;

  constructor(source: KonsulSource) {
    this.#source = source;
    this.#feeds = new Feeds(source);
    this.kv = new ViewKv({ ...source, feeds: this.#feeds });
  }

  /** How many views are followed at the moment. */
  get followedCount(): number {
    return this.#feeds.size;
  }

  health(name: string, options?: HealthOptions): readonly Instance[] | Promise<readonly Instance[]> {
    const key = serviceKey(name);
    const { views, health } = this.#source;
    const view = health?.get(key) ?? views.read(serviceHealthTopic, key);
    return view instanceof Promise ? view.then((fetched) => instancesOf(fetched, options)) : instancesOf(view, options);
  }

  service(name: string, options: ServiceOptions = {}): ServiceHandle {
    this.#assertOpen();
    return new FeedHandle(name, { feed: this.#feeds.of(serviceHealthTopic, serviceKey(name)), options, random: this.#source.random });
  }

  watch<K extends keyof Watchable>(what: K, options?: Watchable[K]['options'] & WatchOptions): Changes<Watchable[K]['value']> {
    this.#assertOpen();
    return openWatch(this.#feeds, what, (options ?? {}) as Watchable[K]['options'] & WatchOptions);
  }

  async register(definition: RegisterDefinition, options: RegisterOptions = {}): Promise<Registration> {
    this.#assertOpen();
    const { api, clock } = this.#source;
    const onEnd = (ended: ApiRegistration): void => void this.#registrations.delete(ended);
    const registration = await ApiRegistration.open(definition, options, { api, clock, onEnd });
    this.#registrations.add(registration);
    return registration;
  }

  async session(options?: SessionOptions): Promise<Session> {
    this.#assertOpen();
    const { api, clock } = this.#source;
    const session = await openSession({ api, clock, onEnd: () => this.#sessions.delete(session) }, options);
    this.#sessions.add(session);
    return session;
  }

  lock<T>(key: string, ...given: [work: Work<T>] | [options: LockOptions, work: Work<T>]): Promise<T> {
    const [options, work] = given.length === 1 ? [{}, given[0]] : given;
    return withLock(this.#source, { ...options, key }, work);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const registration of this.#registrations) registration.stopHeartbeat();
    this.#feeds.close();
    await Promise.allSettled([...this.#sessions].map((session) => session.destroy()));
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closedError();
  }
}

type Work<T> = (lock: HeldLock) => Promise<T> | T;
