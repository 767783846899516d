/** The key/value store. Reads come from the views at hand, as fresh as they say; writes are answered when reads here show them. */
import type { ApiClient } from '../client/api-client.ts';
import { deleteKey, readKey, readKeys, writeKey } from '../client/kv.ts';
import { kvEntryOf } from '../client/records.ts';
import type { KvEntry } from '../model/kv.ts';
import type { Json, Uint64 } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { type Changes, FeedChanges, type Shows, type WatchOptions } from './changes.ts';
import type { Feeds } from './feeds.ts';
import { isSameList } from './instance.ts';
import type { Views } from './views.ts';

/** An entry. Frozen; its bytes must not be changed. */
export interface KvPair {
  readonly key: string;
  readonly value: Uint8Array;
  /** The value as UTF-8. */
  readonly text: string;
  /** A number that the writer kept with it. */
  readonly flags: Uint64;
  /** The session that holds its lock, or ''. */
  readonly session: string;
  /** How often its lock was taken. */
  readonly lockIndex: number;
  readonly createIndex: number;
  /** What `cas` compares. */
  readonly modifyIndex: number;
}

export interface ReadKeyOptions {
  /** Asks the servers' leader: nothing written before can be missed. */
  readonly consistent?: boolean;
}

export interface WriteOptions {
  /** Default 0. */
  readonly flags?: Uint64;
}

export interface Kv {
  /** `undefined` if there is no such key. */
  get(key: string, options?: ReadKeyOptions): Promise<KvPair | undefined>;
  /** Throws TOO_LARGE for more than the servers take (512 KiB unless they are told otherwise). */
  put(key: string, value: string | Uint8Array, options?: WriteOptions): Promise<void>;
  /** Writes if the key's `modifyIndex` is this; 0: if there is no such key. Whether it did. */
  cas(key: string, value: string | Uint8Array, modifyIndex: number, options?: WriteOptions): Promise<boolean>;
  /** Also if there is none. With `modifyIndex`: only if it is this; whether it did. */
  delete(key: string, options?: { readonly modifyIndex?: number }): Promise<boolean>;
  /** Deletes all keys that begin so. */
  deleteTree(prefix: string): Promise<void>;
  /** All entries whose keys begin so, by key. */
  list(prefix: string): Promise<readonly KvPair[]>;
  /** The keys that begin so, each up to the first `separator` behind the prefix; without one, whole. */
  keys(prefix: string, separator?: string): Promise<readonly string[]>;
  /** Writes and takes the key's lock for a session; false: another has it. */
  acquire(key: string, value: string | Uint8Array, session: string): Promise<boolean>;
  /** Writes and gives the lock of the session up; false: it does not have it. */
  release(key: string, value: string | Uint8Array, session: string): Promise<boolean>;
  /** The entry at each change; `undefined` while there is none. */
  watch(key: string, options?: WatchOptions): Changes<KvPair | undefined>;
  /** All entries below the prefix at each change, by key. What did not change is the same object. */
  watchPrefix(prefix: string, options?: WatchOptions): Changes<readonly KvPair[]>;
}

export interface KvTools {
  readonly views: Views;
  readonly feeds: Feeds;
  readonly api: ApiClient;
}

export class ViewKv implements Kv {
  readonly #tools: KvTools;

  constructor(tools: KvTools) {
    this.#tools = tools;
  }

  async get(key: string, { consistent = false }: ReadKeyOptions = {}): Promise<KvPair | undefined> {
    assertKey(key);
    if (consistent) {
      const found = await readKey(this.#tools.api, key, { consistent: true });
      return found && pairOf(kvEntryOf(found as unknown as Json));
    }
    const [entry] = (await this.#tools.views.read(kvEntryTopic, key)).items;
    return entry && pairOf(entry);
  }

  async put(key: string, value: string | Uint8Array, { flags = 0 }: WriteOptions = {}): Promise<void> {
    assertKey(key);
    await writeKey(this.#tools.api, key, bytesOf(value), { flags });
  }

  async cas(key: string, value: string | Uint8Array, modifyIndex: number, { flags = 0 }: WriteOptions = {}): Promise<boolean> {
    assertKey(key);
    return writeKey(this.#tools.api, key, bytesOf(value), { flags, cas: modifyIndex });
  }

  async delete(key: string, { modifyIndex }: { readonly modifyIndex?: number } = {}): Promise<boolean> {
    assertKey(key);
    return deleteKey(this.#tools.api, key, modifyIndex === undefined ? {} : { cas: modifyIndex });
  }

  async deleteTree(prefix: string): Promise<void> {
    await deleteKey(this.#tools.api, prefix, { recurse: true });
  }

  async list(prefix: string): Promise<readonly KvPair[]> {
    return pairsOf((await this.#tools.views.read(kvPrefixTopic, prefix)).items);
  }

  keys(prefix: string, separator = ''): Promise<readonly string[]> {
    return readKeys(this.#tools.api, prefix, separator);
  }

  async acquire(key: string, value: string | Uint8Array, session: string): Promise<boolean> {
    assertKey(key);
    return writeKey(this.#tools.api, key, bytesOf(value), { acquire: session });
  }

  async release(key: string, value: string | Uint8Array, session: string): Promise<boolean> {
    assertKey(key);
    return writeKey(this.#tools.api, key, bytesOf(value), { release: session });
  }

  watch(key: string, options?: WatchOptions): Changes<KvPair | undefined> {
    assertKey(key);
    return new FeedChanges(this.#tools.feeds.of(kvEntryTopic, key), showPair(), options);
  }

  watchPrefix(prefix: string, options?: WatchOptions): Changes<readonly KvPair[]> {
    return new FeedChanges(this.#tools.feeds.of(kvPrefixTopic, prefix), showPairs(), options);
  }
}

function assertKey(key: string): void {
  if (key === '') throw new KonsulError('BAD_REQUEST', 'a key is missing: it must not be empty');
}

const bytesOf = (value: string | Uint8Array): Uint8Array => (typeof value === 'string' ? Buffer.from(value) : value);

const pairs = new WeakMap<KvEntry, KvPair>();
const lists = new WeakMap<readonly KvEntry[], readonly KvPair[]>();

/** The pair of an entry; the same object each time. */
function pairOf(entry: KvEntry): KvPair {
  const before = pairs.get(entry);
  if (before !== undefined) return before;
  const { key, value, flags, session, lockIndex, createIndex, modifyIndex } = entry;
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  const pair = Object.freeze({ key, value, text, flags, session, lockIndex, createIndex, modifyIndex });
  pairs.set(entry, pair);
  return pair;
}

/** The pairs of a view; the same array each time. */
function pairsOf(entries: readonly KvEntry[]): readonly KvPair[] {
  const before = lists.get(entries);
  if (before !== undefined) return before;
  const list = Object.freeze(entries.map(pairOf));
  lists.set(entries, list);
  return list;
}

function showPair(): Shows<KvEntry, KvPair | undefined> {
  let shown: KvPair | undefined;
  return ({ items: [entry] }, isFirst) => {
    const pair = entry && pairOf(entry);
    if (!isFirst && pair === shown) return undefined;
    shown = pair;
    return { value: pair };
  };
}

/** Shows the entries whenever one is another. */
export function showPairs(): Shows<KvEntry, readonly KvPair[]> {
  let shown: readonly KvPair[] = [];
  return ({ items }, isFirst) => {
    const list = pairsOf(items);
    if (!isFirst && isSameList(list, shown)) return undefined;
    shown = list;
    return { value: list };
  };
}
