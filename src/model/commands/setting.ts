/** Writes to the settings of the cluster. */
import type { Indexed } from '../record.ts';
import type { Setting } from '../setting.ts';
import type { Uint64 } from '../values.ts';

export interface SettingPut {
  readonly kind: 'setting.put';
  readonly setting: Omit<Setting, keyof Indexed>;
  /** Only if the setting's ModifyIndex is this; 0: only if it was never put; `undefined`: whatever it is. */
  readonly cas: Uint64 | undefined;
}
