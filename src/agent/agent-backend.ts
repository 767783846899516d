/** The agent's side of every door: views from its cache, writes and whole requests over the link. */
import type { Cache } from '../cache/cache.ts';
import type { Command, ResultOf } from '../model/commands/command.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { AgentLink } from '../sync/agent-link.ts';
import type { Backend, Contact, ReadOptions, Relay, WaitOptions } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';

export interface AgentBackendOptions {
  readonly cache: Cache;
  readonly link: AgentLink;
}

export class AgentBackend implements Backend {
  readonly relay: Relay;
  readonly #cache: Cache;
  readonly #link: AgentLink;

  constructor({ cache, link }: AgentBackendOptions) {
    this.#cache = cache;
    this.#link = link;
    this.relay = async (request) => {
      const answer = await link.relay(request);
      if (request.method !== 'GET') cache.wrote();
      return answer;
    };
  }

  read<T>(topic: Topic<T>, key: string, options?: ReadOptions): View<T> | Promise<View<T>> {
    return this.#cache.read(topic, key, options);
  }

  wait(topic: Topic<unknown>, key: string, index: number, options: WaitOptions): Promise<boolean> {
    return this.#cache.wait(topic, key, index, options);
  }

  async submit<C extends Command>(command: C): Promise<ResultOf<C>> {
    const result = await this.#link.submit(command);
    this.#cache.wrote();
    return result;
  }

  /** An agent cannot be sure of anything by itself: what must be is relayed. */
  confirm(): Promise<void> {
    return Promise.reject(new KonsulError('NO_SERVERS', 'consistent reads are answered by servers only'));
  }

  contact(topic?: Topic<unknown>, key = '', given?: View): Contact {
    const freshness = topic === undefined ? undefined : this.#cache.freshness(topic, key, given);
    const ageMs = freshness === undefined || freshness.isLive ? 0 : freshness.ageMs;
    return { knownLeader: this.#link.isLinked && (freshness?.isLive ?? true), lastContactMs: ageMs, freshness };
  }
}
