/** Writes to the KV store. */
import type { Uint64 } from '../values.ts';

/** What a KV put asks for besides the value; at most one of them. */
export type KvCondition =
  | { readonly kind: 'none' }
  /** Only if the entry's ModifyIndex is `index`; 0: only if there is none. */
  | { readonly kind: 'cas'; readonly index: Uint64 }
  | { readonly kind: 'acquire'; readonly session: string }
  | { readonly kind: 'release'; readonly session: string };

export interface KvPut {
  readonly kind: 'kv.put';
  readonly key: string;
  readonly value: Uint8Array;
  readonly flags: Uint64;
  readonly condition: KvCondition;
}

export interface KvDelete {
  readonly kind: 'kv.delete';
  readonly key: string;
  /** Only if the entry's ModifyIndex is this; `undefined`: whatever it is. */
  readonly cas: Uint64 | undefined;
}

export interface KvDeleteTree {
  readonly kind: 'kv.delete-tree';
  /** '' deletes everything. */
  readonly prefix: string;
}
