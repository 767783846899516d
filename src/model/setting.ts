/** Settings of the cluster that are kept in the store: the autopilot configuration. */
import type { Indexed } from './record.ts';
import type { Json } from './values.ts';

export interface Setting extends Indexed {
  readonly name: string;
  readonly value: { readonly [member: string]: Json };
}

/** The name of the autopilot configuration. */
export const AUTOPILOT = 'autopilot';
