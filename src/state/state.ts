/**
 * All records in memory, with the indexes that queries need. Every change enters through `apply`, in the order of the store.
 * No I/O, no clock, no chance: time comes in with the records.
 */
import {
  type Change,
  checkKey,
  kvKey,
  lockDelayKey,
  nodeKey,
  PLAIN_IDS,
  type PlainTable,
  parseKey,
  plainKey,
  type StoredRecord,
  serviceKey,
  sessionKey,
  stamp,
  type TableName,
  type Tables,
} from '../model/record.ts';
import { invariant } from '../runtime/errors.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import { Catalog } from './catalog.ts';
import { KvTable } from './kv-table.ts';
import { QueryTable } from './query-table.ts';
import { RecordTable } from './record-table.ts';
import { SessionTable } from './session-table.ts';
import type { Applied, Source, Touched } from './source.ts';
import { sources } from './sources.ts';
import { TombstoneTable } from './tombstone-table.ts';
import { ViewTable } from './view-table.ts';

/** What `State` is filled with: everything in a store at one index. */
export interface StateContent {
  readonly index: number;
  readonly records: Iterable<StoredRecord>;
}

type TouchHandler = { readonly topic: string; readonly touchedBy: (change: Applied<never>, state: State) => Touched };

export class State {
  readonly catalog: Catalog = new Catalog();
  readonly kv: KvTable = new KvTable();
  readonly sessions: SessionTable = new SessionTable();
  readonly queries: QueryTable = new QueryTable();
  readonly tombstones: TombstoneTable = new TombstoneTable();
  readonly tables: PlainTables = plainTables(this.queries, this.tombstones);
  readonly #views = new ViewTable();
  readonly #sources = new Map<string, Source>(sources.map((source) => [source.topic.name, source]));
  readonly #handlers = handlersByTable(sources);
  /** The name shown in every record, for filters. */
  readonly datacenter: string;
  #index = 1;
  #loads = 0;
  #loaded: () => void = () => {};

  constructor(datacenter: string) {
    this.datacenter = datacenter;
  }

  /** The index of the newest change. */
  get index(): number {
    return this.#index;
  }

  /** How often everything was replaced. */
  get loads(): number {
    return this.#loads;
  }

  /** How many views are held, and about what they take in bytes. */
  get heldViews(): { readonly views: number; readonly bytes: number } {
    return this.#views.held;
  }

  /** The view of a topic's key now. */
  read<T>(topic: Topic<T>, key: string): View<T> {
    const source = this.#sources.get(topic.name) as Source<T> | undefined;
    invariant(source, `topic ${topic.name} has no source`);
    return this.#views.read(topic, key, () => source.content(this, key));
  }

  /** Calls `wake` once, after the next change that touches the key. Returns how to stop waiting. */
  wait(topic: Topic<unknown>, key: string, wake: () => void): () => void {
    return this.#views.wait(topic.name, key, wake);
  }

  /** Takes in one commit, then wakes whoever waited for what it touched. */
  apply(changes: readonly Change[], index: number): void {
    invariant(index > this.#index, `commit ${index} comes after ${this.#index}`);
    this.#index = index;
    const woken = new Set<() => void>();
    for (const change of changes) this.#touch(change.table, this.#applyOne(change, index), woken);
    for (const wake of woken) wake();
  }

  /** Replaces everything, and wakes everyone. */
  load(content: StateContent): void {
    this.catalog.reset(content.index);
    this.kv.reset(content.index);
    this.sessions.reset(content.index);
    for (const table of Object.values(this.tables)) table.reset(content.index);
    this.#index = content.index;
    this.#loads += 1;
    for (const record of content.records) this.#applyOne(record, content.index);
    const woken = new Set<() => void>();
    this.#views.touchAll(woken);
    for (const wake of woken) wake();
    this.#loaded();
  }

  /** Calls `listener` after each `load` from now on. One listener. */
  onLoad(listener: () => void): void {
    this.#loaded = listener;
  }

  /** Every record, for a snapshot: references to frozen records, taken in one step. */
  records(): StoredRecord[] {
    return collectRecords(this);
  }

  #applyOne(change: Change, index: number): Applied<TableName> {
    const parts = parseKey(change.key);
    invariant(parts?.table === change.table, `record key ${change.key} is of table ${change.table}`);
    const value = change.value === undefined ? undefined : Object.freeze(stamp(change.value, index));
    switch (change.table) {
      case 'node':
        return { before: this.catalog.applyNode(parts.node, value as Tables['node'], index), after: value };
      case 'service':
        return { before: this.catalog.applyService(parts.node, parts.id, value as Tables['service'], index), after: value };
      case 'check':
        return { before: this.catalog.applyCheck(parts.node, parts.id, value as Tables['check'], index), after: value };
      case 'kv':
        return { before: this.kv.apply(parts.id, value as Tables['kv'], index), after: value };
      case 'session':
        return { before: this.sessions.apply(parts.id, value as Tables['session'], index), after: value };
      case 'lockdelay':
        this.kv.applyLockDelay(parts.id, value as Tables['lockdelay']);
        return { before: undefined, after: undefined };
      default:
        return { before: (this.tables[change.table] as RecordTable<unknown>).apply(parts.id, value, index) as never, after: value };
    }
  }

  #touch(table: TableName, applied: Applied<TableName>, woken: Set<() => void>): void {
    if (applied.before === undefined && applied.after === undefined) return;
    for (const { topic, touchedBy } of this.#handlers[table] ?? []) {
      if (this.#views.hasAny(topic)) this.#views.touch(topic, touchedBy(applied as Applied<never>, this), woken);
    }
  }
}

function handlersByTable(list: readonly Source[]): Partial<Record<TableName, TouchHandler[]>> {
  const handlers: Partial<Record<TableName, TouchHandler[]>> = {};
  for (const { topic, touchedBy } of list) {
    for (const [table, handler] of Object.entries(touchedBy)) {
      handlers[table as TableName] ??= [];
      handlers[table as TableName]?.push({ topic: topic.name, touchedBy: handler as TouchHandler['touchedBy'] });
    }
  }
  return handlers;
}

/** One table for each name. */
export type PlainTables = { readonly [T in PlainTable]: RecordTable<Tables[T]> };

const plainTables = (query: QueryTable, tombstone: TombstoneTable): PlainTables => ({
  query,
  tombstone,
  event: new RecordTable(),
  coordinate: new RecordTable(),
  config: new RecordTable(),
  setting: new RecordTable(),
  agent: new RecordTable(),
});

function* plainRecords<T extends PlainTable>(state: State, table: T): Iterable<StoredRecord> {
  for (const value of state.tables[table].all()) {
    yield { table, key: plainKey(table, PLAIN_IDS[table](value)), value } as unknown as StoredRecord;
  }
}

function collectRecords(state: State): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (const { node, services, checks } of state.catalog.entries()) {
    if (node !== undefined) records.push({ table: 'node', key: nodeKey(node.name), value: node });
    for (const value of services) records.push({ table: 'service', key: serviceKey(value.node, value.id), value });
    for (const value of checks) records.push({ table: 'check', key: checkKey(value.node, value.id), value });
  }
  for (const value of state.kv.under('')) records.push({ table: 'kv', key: kvKey(value.key), value });
  for (const value of state.sessions.all()) records.push({ table: 'session', key: sessionKey(value.id), value });
  for (const value of state.kv.lockDelays()) records.push({ table: 'lockdelay', key: lockDelayKey(value.key), value });
  for (const table of Object.keys(PLAIN_IDS) as PlainTable[]) for (const record of plainRecords(state, table)) records.push(record);
  return records;
}
