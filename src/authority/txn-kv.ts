/** The KV operations of a transaction, one function per verb. A thrown REJECTED is the operation's error. */
import type { KvVerb, TxnEntry, TxnKv } from '../model/commands/txn.ts';
import type { KvEntry } from '../model/kv.ts';
import { lockKey, matchesIndex, setKey, unlockKey } from './commands/kv-put.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';

type Run = (draft: Draft, operation: TxnKv) => TxnEntry[];

const shown = (entry: KvEntry): TxnEntry[] => [{ on: 'kv', entry, withValue: true, isMissing: false }];
const written = (entry: KvEntry): TxnEntry[] => [{ on: 'kv', entry, withValue: false, isMissing: false }];

const VERBS: Readonly<Record<KvVerb, Run>> = {
  set: (draft, op) => written(setKey(draft, op)),
  cas(draft, op) {
    if (!matchesIndex(draft.kv(op.key), op.index)) throw reject(`failed to set key "${op.key}", index is stale`);
    return written(setKey(draft, op));
  },
  lock(draft, op) {
    if (draft.lockDelay(op.key) !== undefined) throw reject(`failed to lock key "${op.key}" due to lock delay`);
    const entry = lockKey(draft, op, op.session);
    if (entry === undefined) throw reject(`failed to lock key "${op.key}", lock is already held`);
    return written(entry);
  },
  unlock(draft, op) {
    const entry = unlockKey(draft, op, op.session);
    if (entry === undefined) throw reject(`failed to unlock key "${op.key}", lock isn't held, or is held by another session`);
    return written(entry);
  },
  get: (draft, op) => shown(existing(draft, op, `key "${op.key}" doesn't exist`)),
  'get-or-empty'(draft, { key }) {
    const entry = draft.kv(key);
    if (entry !== undefined) return shown(entry);
    const empty: KvEntry = { key, value: new Uint8Array(), flags: 0, session: '', lockIndex: 0, createIndex: 0, modifyIndex: 0 };
    return [{ on: 'kv', entry: empty, withValue: true, isMissing: true }];
  },
  'get-tree': (draft, op) => draft.kvUnder(op.key).flatMap(shown),
  'check-index'(draft, op) {
    const entry = existing(draft, op, `failed to check index, key "${op.key}" doesn't exist`);
    if (entry.modifyIndex !== op.index) {
      throw reject(`failed index check for key "${op.key}", current modify index ${entry.modifyIndex} != ${op.index}`);
    }
    return written(entry);
  },
  'check-session'(draft, op) {
    const entry = existing(draft, op, `failed to check session, key "${op.key}" doesn't exist`);
    if (entry.session !== op.session) {
      throw reject(`failed session check for key "${op.key}", current session "${entry.session}" != "${op.session}"`);
    }
    return written(entry);
  },
  'check-not-exists'(draft, { key }) {
    if (draft.kv(key) !== undefined) throw reject(`key "${key}" exists`);
    return [];
  },
  delete(draft, { key }) {
    const entry = draft.kv(key);
    if (entry !== undefined) draft.removeKv(entry);
    return [];
  },
  'delete-tree'(draft, { key }) {
    for (const entry of draft.kvUnder(key)) draft.removeKv(entry);
    return [];
  },
  'delete-cas'(draft, { key, index }) {
    const entry = draft.kv(key);
    if (entry === undefined) return [];
    if (entry.modifyIndex !== index) throw reject(`failed to delete key "${key}", index is stale`);
    draft.removeKv(entry);
    return [];
  },
};

/** Runs one operation; its results, in order. */
export const runKvOperation: Run = (draft, operation) => VERBS[operation.verb](draft, operation);

function existing(draft: Draft, { key }: TxnKv, missing: string): KvEntry {
  const entry = draft.kv(key);
  if (entry === undefined) throw reject(missing);
  return entry;
}
