/**
 * Every write is one of these: a plain, serialisable object, validated where it enters and decided by the leader. One file per
 * noun beside this one; `authority/commands/` holds the decisions.
 */

import type { Session } from '../session.ts';
import type { CatalogDeregister, CatalogRegister } from './catalog.ts';
import type { ConfigDelete, ConfigPut } from './config.ts';
import type { CoordinateUpdate } from './coordinate.ts';
import type { EventFire } from './event.ts';
import type { KvDelete, KvDeleteTree, KvPut } from './kv.ts';
import type { LinkResult, NodeHealth, NodeLeave, NodeLink } from './node.ts';
import type { QueryCreate, QueryDelete, QueryUpdate } from './query.ts';
import type { LockDelayEnd, SessionCreate, SessionDestroy, SessionRenew } from './session.ts';
import type { SettingPut } from './setting.ts';
import type { Txn, TxnResult } from './txn.ts';

/** The result of each command, by its kind. Rules that refuse throw REJECTED instead. */
export interface Results {
  'catalog.register': true;
  'catalog.deregister': true;
  /** False: a compare-and-set or a lock did not succeed. */
  'kv.put': boolean;
  'kv.delete': boolean;
  'kv.delete-tree': true;
  /** The session's id. */
  'session.create': string;
  'session.destroy': true;
  'session.renew': Session | undefined;
  'lock-delay.end': true;
  'event.fire': true;
  'coordinate.update': true;
  /** False: a compare-and-set did not succeed. */
  'config.put': boolean;
  'config.delete': boolean;
  'setting.put': boolean;
  /** The query's id. */
  'query.create': string;
  'query.update': true;
  'query.delete': true;
  'node.link': LinkResult;
  'node.health': boolean;
  'node.leave': boolean;
  txn: TxnResult;
}

export type Command =
  | CatalogRegister
  | CatalogDeregister
  | KvPut
  | KvDelete
  | KvDeleteTree
  | SessionCreate
  | SessionDestroy
  | SessionRenew
  | LockDelayEnd
  | EventFire
  | CoordinateUpdate
  | ConfigPut
  | ConfigDelete
  | SettingPut
  | QueryCreate
  | QueryUpdate
  | QueryDelete
  | NodeLink
  | NodeHealth
  | NodeLeave
  | Txn;

export type CommandKind = Command['kind'];

export type ResultOf<C extends Command> = Results[C['kind']];
