/** A key/value store with sessions behind a `FakeApi`: as much of Consul's as its lock protocol needs, held up nowhere but in a wait. */
import type { FakeAnswer, FakeRequest } from './fake-api.ts';

interface FakePair {
  readonly value: string;
  readonly flags: string;
  readonly session: string;
  readonly createIndex: number;
  readonly modifyIndex: number;
  readonly lockIndex: number;
}

export class FakeKv {
  readonly pairs: Map<string, FakePair> = new Map();
  readonly sessions: Set<string> = new Set();
  /** Set to refuse every request. */
  isDown = false;
  #index = 10;
  #made = 0;
  readonly #wakes: (() => void)[] = [];

  readonly respond = async ({ line, body }: FakeRequest): Promise<FakeAnswer> => {
    if (this.isDown) return { status: 500, body: 'down' };
    const [method = '', target = ''] = line.split(' ');
    const url = new URL(target, 'http://fake');
    const [, , family, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    if (family === 'session') return this.#session(rest[0] ?? '', rest[1] ?? '');
    const key = rest.join('/');
    if (method === 'GET') return this.#read(key, url.searchParams);
    if (method === 'DELETE') return { body: this.#delete(key, url.searchParams) };
    return { body: this.#write(key, body, url.searchParams) };
  };

  /** Ends a session; its locks are released. */
  endSession(id: string): void {
    this.sessions.delete(id);
    for (const [key, pair] of this.pairs) if (pair.session === id) this.#set(key, { ...pair, session: '' });
  }

  #session(verb: string, id: string): FakeAnswer {
    if (verb === 'create') {
      this.#made += 1;
      this.sessions.add(`session-${this.#made}`);
      return { body: { ID: `session-${this.#made}` } };
    }
    if (verb === 'renew') return this.sessions.has(id) ? { body: [{ ID: id }] } : { status: 404, body: 'no session' };
    this.endSession(id);
    return { body: true };
  }

  async #read(key: string, query: URLSearchParams): Promise<FakeAnswer> {
    if (query.get('index') === String(this.#index)) await new Promise<void>((resolve) => this.#wakes.push(resolve));
    const found = [...this.pairs].filter(([name]) => (query.has('recurse') ? name.startsWith(key) : name === key));
    const headers = { 'X-Consul-Index': String(this.#index) };
    if (found.length === 0) return { status: 404, headers };
    return {
      headers,
      body: `[${found
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(pairJson)
        .join(',')}]`,
    };
  }

  #write(key: string, value: string, query: URLSearchParams): boolean {
    const old = this.pairs.get(key);
    const cas = query.get('cas');
    if (cas !== null && cas !== String(old?.modifyIndex ?? 0)) return false;
    const [acquire, release] = [query.get('acquire'), query.get('release')];
    if (acquire !== null && (!this.sessions.has(acquire) || !['', acquire].includes(old?.session ?? ''))) return false;
    if (release !== null && old?.session !== release) return false;
    const session = acquire ?? (release === null ? (old?.session ?? '') : '');
    this.#set(key, {
      value: Buffer.from(value).toString('base64'),
      flags: query.get('flags') ?? '0',
      session,
      createIndex: old?.createIndex ?? this.#index + 1,
      modifyIndex: this.#index + 1,
      lockIndex: (old?.lockIndex ?? 0) + (acquire === null ? 0 : 1),
    });
    return true;
  }

  #delete(key: string, query: URLSearchParams): boolean {
    const cas = query.get('cas');
    if (cas !== null && cas !== String(this.pairs.get(key)?.modifyIndex ?? 0)) return false;
    this.pairs.delete(key);
    this.#changed();
    return true;
  }

  #set(key: string, pair: FakePair): void {
    this.pairs.set(key, pair);
    this.#changed();
  }

  #changed(): void {
    this.#index += 1;
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

/** As text: flags may be larger than a number holds. */
function pairJson([key, pair]: [string, FakePair]): string {
  const { value, flags, session, createIndex, modifyIndex, lockIndex } = pair;
  const members = `"Flags":${flags},"Value":${value === '' ? 'null' : `"${value}"`},"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}`;
  return `{"LockIndex":${lockIndex},"Key":${JSON.stringify(key)},${members}${session === '' ? '' : `,"Session":"${session}"`}}`;
}
