/**
 * One command's view of the committed state, with its own changes on top. It notes what the command reads and writes, so that the
 * batch can tell which commands may share an index. Nothing of it is seen by others until it is committed.
 */
import type { Check } from '../model/check.ts';
import type { KvEntry, LockDelay } from '../model/kv.ts';
import type { Node } from '../model/node.ts';
import type { PreparedQuery } from '../model/prepared-query.ts';
import {
  type Change,
  checkKey,
  type Indexed,
  kvKey,
  lockDelayKey,
  nodeKey,
  PLAIN_IDS,
  type PlainTable,
  plainKey,
  serviceKey,
  sessionKey,
  type TableName,
  type Tables,
  tombstoneId,
} from '../model/record.ts';
import type { Service } from '../model/service.ts';
import type { Session } from '../model/session.ts';
import type { Tombstone } from '../model/tombstone.ts';
import { isEqual } from '../model/values.ts';
import { compareUtf8 } from '../state/ordered-map.ts';
import { hasName } from '../state/query-table.ts';
import type { State } from '../state/state.ts';

/** A record to be: the draft and the commit give it its indexes. */
export type Unindexed<T extends Indexed> = Omit<T, keyof Indexed>;

/** What a command looked at and what it wrote beside records. */
export class Footprint {
  /** Record keys and marks that were read. */
  readonly reads: Set<string> = new Set();
  /** Prefixes of record keys that were read as a whole. */
  readonly ranges: Set<string> = new Set();
  /** What is written beside the changed keys: names of secondary look-ups. */
  readonly marks: Set<string> = new Set();
}

export class Draft {
  readonly #state: State;
  readonly #changes = new Map<string, Change>();
  readonly footprint: Footprint;

  constructor(state: State, footprint: Footprint = new Footprint()) {
    this.#state = state;
    this.footprint = footprint;
  }

  /** A draft on top of this one, to be adopted or dropped. Both share one footprint. */
  fork(): Draft {
    const fork = new Draft(this.#state, this.footprint);
    fork.adopt(this);
    return fork;
  }

  /** Takes over what another draft of the same state wrote. */
  adopt(fork: Draft): void {
    for (const [key, change] of fork.#changes) this.#changes.set(key, change);
  }

  /** In the order of their first write. */
  changes(): readonly Change[] {
    return [...this.#changes.values()];
  }

  node(name: string): Node | undefined {
    return this.#get('node', nodeKey(name), this.#state.catalog.node(name));
  }

  nodeById(id: string): Node | undefined {
    this.footprint.reads.add(`node-id/${id}`);
    for (const { table, value } of this.#changes.values())
      if (table === 'node' && (value as Node | undefined)?.id === id) return value as Node;
    const committed = this.#state.catalog.nodeById(id);
    const node = committed === undefined ? undefined : this.node(committed.name);
    return node?.id === id ? node : undefined;
  }

  service(node: string, id: string): Service | undefined {
    return this.#get('service', serviceKey(node, id), this.#state.catalog.entry(node)?.services.get(id));
  }

  check(node: string, id: string): Check | undefined {
    return this.#get('check', checkKey(node, id), this.#state.catalog.entry(node)?.checks.get(id));
  }

  services(node: string): Service[] {
    return this.#range('service', serviceKey(node, ''), this.#state.catalog.entry(node)?.services ?? [], (service) =>
      serviceKey(node, service.id),
    );
  }

  checks(node: string): Check[] {
    return this.#range('check', checkKey(node, ''), this.#state.catalog.entry(node)?.checks ?? [], (check) => checkKey(node, check.id));
  }

  kv(key: string): KvEntry | undefined {
    return this.#get('kv', kvKey(key), this.#state.kv.get(key));
  }

  kvUnder(prefix: string): KvEntry[] {
    const entries = this.#range('kv', kvKey(prefix), this.#state.kv.under(prefix), (entry) => kvKey(entry.key));
    return this.#changes.size === 0 ? entries : entries.sort((a, b) => compareUtf8(a.key, b.key));
  }

  heldBy(session: string): KvEntry[] {
    this.footprint.reads.add(`held/${session}`);
    const keys = new Set(this.#state.kv.heldBy(session));
    for (const { table, value } of this.#changes.values()) if (table === 'kv' && value !== undefined) keys.add((value as KvEntry).key);
    return [...keys].flatMap((key) => {
      const entry = this.kv(key);
      return entry?.session === session ? [entry] : [];
    });
  }

  lockDelay(key: string): LockDelay | undefined {
    return this.#get('lockdelay', lockDelayKey(key), this.#state.kv.lockDelay(key));
  }

  session(id: string): Session | undefined {
    return this.#get('session', sessionKey(id), this.#state.sessions.get(id));
  }

  sessionsOn(node: string): Session[] {
    this.footprint.reads.add(`session-node/${node.toLowerCase()}`);
    return [...this.#state.sessions.onNode(node)].flatMap(({ id }) => this.session(id) ?? []);
  }

  /** A record of a plain table. */
  record<T extends PlainTable>(table: T, id: string): Tables[T] | undefined {
    return this.#get(table, plainKey(table, id), this.#state.tables[table].get(id));
  }

  /** The whole of a plain table. */
  records<T extends PlainTable>(table: T): Tables[T][] {
    return this.#range(table, plainKey(table, ''), this.#state.tables[table].all() as Iterable<Tables[T]>, (record) =>
      plainKey(table, PLAIN_IDS[table](record)),
    );
  }

  /** What others deregistered of a node, and its agent has not let go. */
  tombstonesOn(node: string): Tombstone[] {
    const prefix = plainKey('tombstone', tombstoneId(node, '', ''));
    return this.#range('tombstone', prefix, this.#state.tombstones.on(node), (tombstone) =>
      plainKey('tombstone', PLAIN_IDS.tombstone(tombstone)),
    );
  }

  /** The queries that are found by a name, in any case; '' finds templates. */
  queriesNamed(name: string): PreparedQuery[] {
    const isNamed = (query: PreparedQuery): boolean => hasName(query) && query.name.toLowerCase() === name.toLowerCase();
    return this.#queries(nameMark(name), this.#state.queries.named(name), isNamed);
  }

  /** The queries that go with a session. */
  queriesOf(session: string): PreparedQuery[] {
    return this.#queries(boundMark(session), this.#state.queries.boundTo(session), (query) => query.session === session);
  }

  putNode(node: Unindexed<Node>): Node {
    if (node.id !== '') this.footprint.marks.add(`node-id/${node.id}`);
    return this.#put('node', nodeKey(node.name), node, this.node(node.name));
  }

  putService(service: Unindexed<Service>): Service {
    return this.#put('service', serviceKey(service.node, service.id), service, this.service(service.node, service.id));
  }

  putCheck(check: Unindexed<Check>): Check {
    return this.#put('check', checkKey(check.node, check.id), check, this.check(check.node, check.id));
  }

  /** `force` moves the entry's index even if nothing else changes. */
  putKv(entry: Unindexed<KvEntry>, force = false): KvEntry {
    const before = this.kv(entry.key);
    for (const session of [before?.session, entry.session]) if (session) this.footprint.marks.add(`held/${session}`);
    return this.#put('kv', kvKey(entry.key), entry, before, force);
  }

  putSession(session: Unindexed<Session>): Session {
    this.footprint.marks.add(`session-node/${session.node.toLowerCase()}`);
    return this.#put('session', sessionKey(session.id), session, this.session(session.id));
  }

  putLockDelay(delay: Unindexed<LockDelay>): LockDelay {
    return this.#put('lockdelay', lockDelayKey(delay.key), delay, this.lockDelay(delay.key), true);
  }

  putRecord<T extends PlainTable>(table: T, record: Unindexed<Tables[T]>): Tables[T] {
    const id = PLAIN_IDS[table](record as Tables[T]);
    return this.#put(table, plainKey(table, id), record, this.record(table, id));
  }

  removeRecord<T extends PlainTable>(table: T, record: Tables[T]): void {
    this.#remove(table, plainKey(table, PLAIN_IDS[table](record)));
  }

  putQuery(query: Unindexed<PreparedQuery>): PreparedQuery {
    this.#markQuery(query);
    const before = this.record('query', query.id);
    if (before !== undefined) this.#markQuery(before);
    return this.putRecord('query', query);
  }

  removeQuery(query: PreparedQuery): void {
    this.#markQuery(query);
    this.removeRecord('query', query);
  }

  removeNode(node: Node): void {
    this.footprint.marks.add(`node-id/${node.id}`);
    this.#remove('node', nodeKey(node.name));
  }

  removeService(service: Service): void {
    this.#remove('service', serviceKey(service.node, service.id));
  }

  removeCheck(check: Check): void {
    this.#remove('check', checkKey(check.node, check.id));
  }

  removeKv(entry: KvEntry): void {
    if (entry.session) this.footprint.marks.add(`held/${entry.session}`);
    this.#remove('kv', kvKey(entry.key));
  }

  removeSession(session: Session): void {
    this.footprint.marks.add(`session-node/${session.node.toLowerCase()}`);
    this.#remove('session', sessionKey(session.id));
  }

  removeLockDelay(key: string): void {
    this.#remove('lockdelay', lockDelayKey(key));
  }

  /** What this draft itself wrote is gone through only if some of it has the mark. */
  #queries(mark: string, committed: Iterable<PreparedQuery>, belongs: (query: PreparedQuery) => boolean): PreparedQuery[] {
    this.footprint.reads.add(mark);
    const ids = new Set(Array.from(committed, ({ id }) => id));
    if (this.footprint.marks.has(mark)) {
      for (const { table, value } of this.#changes.values())
        if (table === 'query' && value !== undefined) ids.add((value as PreparedQuery).id);
    }
    return [...ids].flatMap((id) => {
      const query = this.record('query', id);
      return query !== undefined && belongs(query) ? [query] : [];
    });
  }

  #markQuery(query: Unindexed<PreparedQuery>): void {
    if (hasName(query)) this.footprint.marks.add(nameMark(query.name));
    if (query.session !== '') this.footprint.marks.add(boundMark(query.session));
  }

  #get<T extends TableName>(_table: T, key: string, committed: Tables[T] | undefined): Tables[T] | undefined {
    this.footprint.reads.add(key);
    const change = this.#changes.get(key);
    return change === undefined ? committed : (change.value as Tables[T] | undefined);
  }

  #range<T extends TableName>(table: T, prefix: string, committed: Iterable<Tables[T]>, keyOf: (record: Tables[T]) => string): Tables[T][] {
    this.footprint.ranges.add(prefix);
    if (this.#changes.size === 0) return [...committed];
    const found = new Map<string, Tables[T]>();
    for (const record of committed) found.set(keyOf(record), record);
    for (const { table: changed, key, value } of this.#changes.values()) {
      if (changed !== table || !key.startsWith(prefix)) continue;
      if (value === undefined) found.delete(key);
      else found.set(key, value as Tables[T]);
    }
    return [...found.values()];
  }

  #put<T extends TableName>(table: T, key: string, record: Unindexed<Tables[T]>, before: Tables[T] | undefined, force = false): Tables[T] {
    if (before !== undefined && !force && saysTheSame(record, before)) return before;
    const after = { ...record, createIndex: before?.createIndex ?? 0, modifyIndex: 0 } as unknown as Tables[T];
    this.#changes.set(key, { table, key, value: after } as Change);
    return after;
  }

  #remove(table: TableName, key: string): void {
    this.#changes.set(key, { table, key, value: undefined } as Change);
  }
}

const nameMark = (name: string): string => `query-name/${name.toLowerCase()}`;
const boundMark = (session: string): string => `query-session/${session}`;

/** Whether a record already is what is to be written; the indexes do not count. */
function saysTheSame(record: object, before: object): boolean {
  const known = before as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(record)) if (!isEqual(value, known[name])) return false;
  return true;
}
