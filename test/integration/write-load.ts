/**
 * Writers that keep account: each owns its keys, counts up, and remembers the last number that was acknowledged and the last that was
 * tried. What a server holds later must lie between the two; whatever does not is a violation.
 */
import { Agent } from 'node:http';
import type { Reply } from './http-call.ts';
import type { KonsulProcess } from './konsul-process.ts';

const WRITERS_PER_KIND = 4;
const TXN_KEYS = ['a', 'b', 'c', 'd'] as const;
const SCOPES = ['/v1/kv/load/?recurse', '/v1/health/service/load', '/v1/catalog/services', '/v1/catalog/nodes'];

/** One kind of write and how to see its last number again; `undefined`: nothing there. An array: the numbers that must agree. */
interface Kind {
  readonly name: string;
  write(n: number): Promise<Reply>;
  read(): Promise<readonly number[]>;
}

interface Account {
  readonly kind: Kind;
  acknowledged: number;
  tried: number;
}

export class WriteLoad {
  /** Writes answered so far. */
  acknowledged = 0;
  readonly #server: KonsulProcess;
  readonly #accounts: readonly Account[];
  readonly #indexes = new Map<string, number>();
  #agent = new Agent({ keepAlive: true });

  constructor(server: KonsulProcess) {
    this.#server = server;
    const makers = [this.#put, this.#cas, this.#txn, this.#registration, this.#localRegistration];
    const kinds = makers.flatMap((make) => Array.from({ length: WRITERS_PER_KIND }, (_, writer) => make.call(this, writer)));
    this.#accounts = kinds.map((kind) => ({ kind, acknowledged: 0, tried: 0 }));
  }

  /** Writes until the server is gone; then all writers have stopped. */
  async run(): Promise<void> {
    this.#agent = new Agent({ keepAlive: true });
    await Promise.all([...this.#accounts.map((account) => this.#write(account)), ...SCOPES.map((path) => this.#follow(path))]);
    this.#agent.destroy();
  }

  /** What does not fit the account, in words; empty if all is well. */
  async violations(): Promise<string[]> {
    const found = await Promise.all([
      ...this.#accounts.map((account) => this.#audit(account)),
      ...SCOPES.map((path) => this.#auditIndex(path)),
    ]);
    return found.flat();
  }

  async #write(account: Account): Promise<void> {
    for (;;) {
      const n = account.tried + 1;
      account.tried = n;
      try {
        const reply = await account.kind.write(n);
        if (reply.status !== 200 || reply.text === 'false') throw new Error(`${account.kind.name}: ${reply.status} ${reply.text}`);
      } catch (error) {
        if (isGone(error)) return;
        throw error;
      }
      account.acknowledged = n;
      this.acknowledged++;
    }
  }

  /** Notes the highest index that a reader has seen for this scope. */
  async #follow(path: string): Promise<void> {
    try {
      for (;;) await this.#seen(path);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async #seen(path: string): Promise<number> {
    const { index } = await this.#server.call(path, { agent: this.#agent });
    this.#indexes.set(path, Math.max(index, this.#indexes.get(path) ?? 0));
    return index;
  }

  async #audit(account: Account): Promise<string[]> {
    const numbers = await account.kind.read();
    const { name } = account.kind;
    const first = numbers[0] ?? 0;
    const says: string[] = [];
    if (numbers.some((n) => n !== first)) says.push(`${name}: half of a transaction: ${numbers.join()}`);
    if (first < account.acknowledged) says.push(`${name}: ${account.acknowledged} was acknowledged, ${first} is there`);
    if (first > account.tried) says.push(`${name}: ${account.tried} was the last tried, ${first} is there`);
    account.tried = Math.max(first, account.acknowledged);
    account.acknowledged = account.tried;
    return says;
  }

  async #auditIndex(path: string): Promise<string[]> {
    const before = this.#indexes.get(path) ?? 0;
    const now = await this.#seen(path);
    return now < before ? [`${path}: the index went back from ${before} to ${now}`] : [];
  }

  #put(writer: number): Kind {
    const key = `load/put/${writer}`;
    return { name: key, write: (n) => this.#send(`/v1/kv/${key}`, `${n}`), read: async () => [await this.#number(key)] };
  }

  #cas(writer: number): Kind {
    const key = `load/cas/${writer}`;
    const write = async (n: number): Promise<Reply> => {
      const { status, index } = await this.#server.call(`/v1/kv/${key}`, { agent: this.#agent });
      return this.#send(`/v1/kv/${key}?cas=${status === 404 ? 0 : index}`, `${n}`);
    };
    return { name: key, write, read: async () => [await this.#number(key)] };
  }

  #txn(writer: number): Kind {
    const keys = TXN_KEYS.map((part) => `load/txn/${writer}/${part}`);
    const write = (n: number): Promise<Reply> => {
      const value = Buffer.from(`${n}`).toString('base64');
      return this.#send(
        '/v1/txn',
        keys.map((key) => ({ KV: { Verb: 'set', Key: key, Value: value } })),
      );
    };
    return { name: `load/txn/${writer}`, write, read: () => Promise.all(keys.map((key) => this.#number(key))) };
  }

  #registration(writer: number): Kind {
    const write = (n: number): Promise<Reply> => {
      const service = { ID: `load-${writer}`, Service: 'load', Port: 1, Meta: { n: `${n}` } };
      return this.#send('/v1/catalog/register', { Node: `load-${writer}`, Address: '10.0.0.1', Service: service });
    };
    return { name: `registration ${writer}`, write, read: () => this.#metaNumbers('load', `load-${writer}`) };
  }

  #localRegistration(writer: number): Kind {
    const name = `local-${writer}`;
    const write = (n: number): Promise<Reply> => this.#send('/v1/agent/service/register', { Name: name, Port: 1, Meta: { n: `${n}` } });
    const read = async (): Promise<number[]> => {
      const services = (await this.#server.call('/v1/agent/services')).json<Record<string, { Meta: { n: string } }>>();
      return [Number(services[name]?.Meta.n ?? 0)];
    };
    return { name: `local registration ${writer}`, write, read };
  }

  async #metaNumbers(service: string, id: string): Promise<number[]> {
    const instances = (await this.#server.call(`/v1/catalog/service/${service}`)).json<
      { ServiceID: string; ServiceMeta: { n: string } }[]
    >();
    return instances.filter((instance) => instance.ServiceID === id).map((instance) => Number(instance.ServiceMeta.n));
  }

  async #number(key: string): Promise<number> {
    const reply = await this.#server.call(`/v1/kv/${key}?raw`);
    return reply.status === 404 ? 0 : Number(reply.text);
  }

  #send(path: string, body: unknown): Promise<Reply> {
    return this.#server.call(path, { method: 'PUT', body, agent: this.#agent });
  }
}

/** The server's end as its clients see it. */
function isGone(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ECONNRESET' || code === 'ECONNREFUSED' || code === 'EPIPE';
}
