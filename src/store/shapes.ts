/**
 * The shape of the records of each table: the members, their kinds, and their order. Everything that leaves memory (an engine's
 * store, a snapshot) is written and checked by it. THE ORDER IS A FORMAT: a new member goes at the end and is optional; anything
 * else needs a new STORE_FORMAT.
 */
import { CHECK_STATUSES } from '../model/check.ts';
import {
  checkKey,
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
} from '../model/record.ts';
import type { Session } from '../model/session.ts';
import type { Tombstone } from '../model/tombstone.ts';
import type { Kind } from './kinds.ts';
import * as kinds from './kinds.ts';

type Shape<R> = { readonly [M in keyof R]-?: Kind<R[M]> };

const { addresses, bytes, flag, index, json, jsonObject, locality, map, number, numbers, oneOf, optional } = kinds;
const { queryService, queryTemplate, refs, text, texts, uint64, weights, word } = kinds;

const TOMBSTONE_KINDS: readonly Tombstone['kind'][] = ['service', 'check'];
const BEHAVIORS: readonly Session['behavior'][] = ['release', 'delete'];

export const SHAPES: { readonly [T in TableName]: Shape<Tables[T]> } = {
  node: {
    id: text,
    name: word,
    address: word,
    taggedAddresses: optional(map),
    meta: optional(map),
    locality: optional(locality),
    createIndex: index,
    modifyIndex: index,
  },
  service: {
    id: text,
    name: word,
    kind: word,
    tags: texts,
    address: word,
    port: number,
    socketPath: word,
    taggedAddresses: optional(addresses),
    meta: optional(map),
    weights,
    enableTagOverride: flag,
    proxy: optional(json),
    connectNative: flag,
    locality: optional(locality),
    node: word,
    owner: word,
    createIndex: index,
    modifyIndex: index,
  },
  check: {
    node: word,
    id: text,
    name: word,
    status: oneOf(CHECK_STATUSES),
    notes: word,
    output: text,
    serviceId: text,
    serviceName: word,
    serviceTags: texts,
    type: word,
    interval: word,
    timeout: word,
    exposedPort: number,
    definition: optional(json),
    owner: word,
    createIndex: index,
    modifyIndex: index,
  },
  kv: { key: text, value: bytes, flags: uint64, session: text, lockIndex: index, createIndex: index, modifyIndex: index },
  session: {
    id: text,
    name: word,
    node: word,
    lockDelayNs: number,
    behavior: oneOf(BEHAVIORS),
    ttl: word,
    ttlMs: number,
    nodeChecks: optional(texts),
    serviceChecks: optional(refs),
    checks: optional(texts),
    createIndex: index,
    modifyIndex: index,
  },
  lockdelay: { key: text, delayMs: number, createIndex: index, modifyIndex: index },
  query: {
    id: text,
    name: text,
    session: text,
    token: text,
    template: optional(queryTemplate),
    service: queryService,
    dnsTtl: text,
    createIndex: index,
    modifyIndex: index,
  },
  event: {
    id: text,
    name: text,
    payload: optional(bytes),
    nodeFilter: text,
    serviceFilter: text,
    tagFilter: text,
    lTime: index,
    createIndex: index,
    modifyIndex: index,
  },
  coordinate: {
    node: word,
    segment: word,
    vec: numbers,
    error: number,
    adjustment: number,
    height: number,
    createIndex: index,
    modifyIndex: index,
  },
  config: { kind: word, name: text, content: jsonObject, createIndex: index, modifyIndex: index },
  setting: { name: text, value: jsonObject, createIndex: index, modifyIndex: index },
  agent: { node: word, nodeId: word, boot: index, runId: text, createIndex: index, modifyIndex: index },
  tombstone: { node: word, kind: oneOf(TOMBSTONE_KINDS), id: text, owner: word, createIndex: index, modifyIndex: index },
};

export const isTable = (name: unknown): name is TableName => typeof name === 'string' && Object.hasOwn(SHAPES, name);

const KEY_OF: { readonly [T in TableName]: (record: Tables[T]) => string } = {
  node: (node) => nodeKey(node.name),
  service: (service) => serviceKey(service.node, service.id),
  check: (check) => checkKey(check.node, check.id),
  kv: (entry) => kvKey(entry.key),
  session: (session) => sessionKey(session.id),
  lockdelay: (delay) => lockDelayKey(delay.key),
  query: plainKeyOf('query'),
  event: plainKeyOf('event'),
  coordinate: plainKeyOf('coordinate'),
  config: plainKeyOf('config'),
  setting: plainKeyOf('setting'),
  agent: plainKeyOf('agent'),
  tombstone: plainKeyOf('tombstone'),
};

function plainKeyOf<T extends PlainTable>(table: T): (record: Tables[T]) => string {
  return (record) => plainKey(table, PLAIN_IDS[table](record));
}

/** The key under which a record is stored. */
export function keyOf<T extends TableName>(table: T, record: Tables[T]): string {
  return KEY_OF[table](record);
}
