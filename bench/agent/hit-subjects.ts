/** What is looked up in process, a thousand services each time: through the cache's reader, a handle of the SDK, a bare Map, and nothing at all. */
import { Cache } from '../../src/cache/cache.ts';
import { createAgent } from '../../src/index.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { serviceHealthTopic } from '../../src/topics/service-health.ts';

export type Subject = 'nothing' | 'map' | 'reader' | 'handle';

export interface LookUp {
  /** Gives what is known of one of `keys`. */
  readonly get: (key: string) => unknown;
  close(): Promise<void>;
}

export interface SubjectPlace {
  /** Where a server takes links; it has an instance of `service`. */
  readonly linkPort: number;
  readonly service: string;
}

export const keys: readonly string[] = Array.from({ length: 1_000 }, (_, at) => `service-${at}`);

const inMemory = (get: (key: string) => unknown): LookUp => ({ get, close: async () => {} });

export async function openSubject(subject: Subject, place: SubjectPlace): Promise<LookUp> {
  switch (subject) {
    case 'nothing':
      return inMemory((key) => key);
    case 'map': {
      const map = new Map(keys.map((key) => [key, Object.freeze({ key })]));
      return inMemory((key) => map.get(key));
    }
    case 'reader':
      return inMemory(readerLookUp());
    case 'handle':
      return handleLookUp(place);
  }
}

/** A cache whose views are all live, and a reader that is bound once. */
function readerLookUp(): (key: string) => unknown {
  const fetcher = { isLinked: true, subscribe: () => {}, unsubscribe: () => {} };
  const cache = new Cache({ clock: new SystemClock(), logger: silentLogger, fetcher: () => fetcher });
  cache.linked('bench');
  for (const key of keys) {
    void cache.read(serviceHealthTopic, key);
    cache.put(serviceHealthTopic, key, { index: 1, items: [Object.freeze({})], sizeBytes: 1_000 });
  }
  const reader = cache.reader('all').topic(serviceHealthTopic);
  return (key) => reader.get(key);
}

/** The handle of an embedded agent with a link to a real server. */
async function handleLookUp({ linkPort, service }: SubjectPlace): Promise<LookUp> {
  const agent = await createAgent({ servers: [`127.0.0.1:${linkPort}`], nodeName: 'embedded', address: '127.0.0.1' });
  const handle = agent.service(service);
  await handle.ready();
  if (handle.instances.length === 0) throw new Error(`${service} has no instance`);
  return { get: () => handle.instances, close: () => agent.close() };
}
