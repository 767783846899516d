/** Writes to configuration entries. */
import type { ConfigEntry } from '../config-entry.ts';
import type { Indexed } from '../record.ts';
import type { Uint64 } from '../values.ts';

export interface ConfigPut {
  readonly kind: 'config.put';
  readonly entry: Omit<ConfigEntry, keyof Indexed>;
  /** Only if the entry's ModifyIndex is this; 0: only if there is none; `undefined`: whatever it is. */
  readonly cas: Uint64 | undefined;
}

export interface ConfigDelete {
  readonly kind: 'config.delete';
  /** Of the entry. */
  readonly entryKind: string;
  readonly name: string;
  readonly cas: Uint64 | undefined;
}
