/** Transactions: all operations or none. */
import type { Check } from '../check.ts';
import type { KvEntry } from '../kv.ts';
import type { Node } from '../node.ts';
import type { Service, ServiceDefinition } from '../service.ts';
import type { Uint64 } from '../values.ts';
import type { CheckDefinition, NodeDefinition } from './catalog.ts';

export type KvVerb =
  | 'set'
  | 'cas'
  | 'lock'
  | 'unlock'
  | 'get'
  | 'get-or-empty'
  | 'get-tree'
  | 'check-index'
  | 'check-session'
  | 'check-not-exists'
  | 'delete'
  | 'delete-tree'
  | 'delete-cas';

export type CatalogVerb = 'get' | 'set' | 'cas' | 'delete' | 'delete-cas';

export interface TxnKv {
  readonly on: 'kv';
  readonly verb: KvVerb;
  readonly key: string;
  readonly value: Uint8Array;
  readonly flags: Uint64;
  readonly index: Uint64;
  readonly session: string;
}

export interface TxnNode {
  readonly on: 'node';
  readonly verb: CatalogVerb;
  readonly node: NodeDefinition;
  /** For cas and delete-cas; 0: must not exist. */
  readonly index: Uint64;
}

export interface TxnService {
  readonly on: 'service';
  readonly verb: CatalogVerb;
  readonly node: string;
  readonly service: ServiceDefinition;
  readonly index: Uint64;
}

export interface TxnCheck {
  readonly on: 'check';
  readonly verb: CatalogVerb;
  readonly node: string;
  readonly check: CheckDefinition;
  readonly index: Uint64;
}

export type TxnOperation = TxnKv | TxnNode | TxnService | TxnCheck;

export interface Txn {
  readonly kind: 'txn';
  readonly operations: readonly TxnOperation[];
}

/** One entry of the results; operations without a result contribute none. */
export type TxnEntry =
  /** `withValue` false: the entry is shown without its value. `isMissing`: it stands for a key that is not there. */
  | { readonly on: 'kv'; readonly entry: KvEntry; readonly withValue: boolean; readonly isMissing: boolean }
  | { readonly on: 'node'; readonly node: Node }
  | { readonly on: 'service'; readonly service: Service }
  | { readonly on: 'check'; readonly check: Check };

export interface TxnError {
  readonly opIndex: number;
  readonly what: string;
}

/** With any error nothing was written. */
export type TxnResult =
  | { readonly ok: true; readonly results: readonly TxnEntry[] }
  | { readonly ok: false; readonly errors: readonly TxnError[] };
