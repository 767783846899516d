/**
 * What is stored: one record per thing, under a key that says its table and place. Keys are laid out so that a node and
 * everything on it is one range: `node/<n>`, `node/<n>/service/<id>`, `node/<n>/check/<id>`.
 */
import type { AgentRecord } from './agent-record.ts';
import type { Check } from './check.ts';
import type { ConfigEntry } from './config-entry.ts';
import type { Coordinate } from './coordinate.ts';
import type { KvEntry, LockDelay } from './kv.ts';
import type { Node } from './node.ts';
import type { PreparedQuery } from './prepared-query.ts';
import type { Service } from './service.ts';
import type { Session } from './session.ts';
import type { Setting } from './setting.ts';
import type { Tombstone } from './tombstone.ts';
import type { UserEvent } from './user-event.ts';

/** The record type of each table. */
export interface Tables {
  node: Node;
  service: Service;
  check: Check;
  kv: KvEntry;
  session: Session;
  lockdelay: LockDelay;
  query: PreparedQuery;
  event: UserEvent;
  coordinate: Coordinate;
  config: ConfigEntry;
  setting: Setting;
  agent: AgentRecord;
  tombstone: Tombstone;
}

export type TableName = keyof Tables;

/** Tables that are only read by id and as a whole: the state and the drafts hold them all alike. */
export type PlainTable = 'query' | 'event' | 'coordinate' | 'config' | 'setting' | 'agent' | 'tombstone';

/** The id of a record in its table. Node names compare without case. */
export const PLAIN_IDS: { readonly [T in PlainTable]: (record: Tables[T]) => string } = {
  query: ({ id }) => id,
  event: ({ id }) => id,
  coordinate: ({ node }) => node.toLowerCase(),
  config: ({ kind, name }) => `${kind}/${name}`,
  setting: ({ name }) => name,
  agent: ({ node }) => node.toLowerCase(),
  tombstone: ({ node, kind, id }) => tombstoneId(node, kind, id),
};

/** Where a record came from in the one order of writes. In a record not yet committed, 0 stands for the index of its commit. */
export interface Indexed {
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** One record put, or removed (`value` undefined). */
export interface Change<T extends TableName = TableName> {
  readonly table: T;
  readonly key: string;
  readonly value: Tables[T] | undefined;
}

/** One record as a store or a snapshot holds it; its indexes are final. */
export type StoredRecord = { [T in TableName]: { readonly table: T; readonly key: string; readonly value: Tables[T] } }[TableName];

/** Fills the zero indexes of a record with the index at which it was committed. */
export function stamp<T extends Indexed>(record: T, index: number): T {
  if (record.modifyIndex !== 0 && record.createIndex !== 0) return record;
  return { ...record, createIndex: record.createIndex || index, modifyIndex: record.modifyIndex || index };
}

/** Keys hold `/` between their parts, so a part's own `/` and `%` are escaped. KV keys come last and stay as they are. */
const escapePart = (part: string): string => (/[%/]/.test(part) ? part.replace(/[%/]/g, (c) => (c === '/' ? '%2F' : '%25')) : part);
const unescapePart = (part: string): string => (part.includes('%') ? part.replaceAll('%2F', '/').replaceAll('%25', '%') : part);

/** Node names compare without case, so their keys are folded. */
const foldNode = (name: string): string => escapePart(name.toLowerCase());

export const nodeKey = (node: string): string => `node/${foldNode(node)}`;
export const serviceKey = (node: string, id: string): string => `node/${foldNode(node)}/service/${escapePart(id)}`;
export const checkKey = (node: string, id: string): string => `node/${foldNode(node)}/check/${escapePart(id)}`;
export const kvKey = (key: string): string => `kv/${key}`;
export const sessionKey = (id: string): string => `session/${id}`;
export const lockDelayKey = (key: string): string => `lockdelay/${key}`;
/** The id of a tombstone among all: those of a node are one range. With kind and id '', the beginning of that range. */
export const tombstoneId = (node: string, kind: Tombstone['kind'] | '', id: string): string =>
  kind === '' ? `${foldNode(node)}/` : `${foldNode(node)}/${kind}/${id}`;
export const plainKey = (table: PlainTable, id: string): string => `${table}/${id}`;

/** A record key taken apart: `node` is folded; `id` is the rest (service id, check id, KV key, session id). */
export interface KeyParts {
  readonly table: TableName;
  readonly node: string;
  readonly id: string;
}

/** Whether the key of a table is its name and the id. */
const hasOwnId = (head: string): head is 'kv' | 'session' | 'lockdelay' | PlainTable =>
  head === 'kv' || head === 'session' || head === 'lockdelay' || Object.hasOwn(PLAIN_IDS, head);

/** The parts of a record key, or `undefined` for a key that no table has. */
export function parseKey(key: string): KeyParts | undefined {
  const slash = key.indexOf('/');
  const head = key.slice(0, slash);
  const rest = key.slice(slash + 1);
  if (hasOwnId(head)) return { table: head, node: '', id: rest };
  if (head !== 'node') return undefined;
  const [node = '', kind, id = ''] = rest.split('/');
  if (kind === undefined) return { table: 'node', node: unescapePart(node), id: '' };
  if (kind !== 'service' && kind !== 'check') return undefined;
  return { table: kind, node: unescapePart(node), id: unescapePart(id) };
}
