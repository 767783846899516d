/** A service, check or watch as a configuration file defines it: raw, read by the part that owns the noun. */
import type { ConfigBlock } from './tree.ts';

export interface Definition {
  readonly kind: 'service' | 'check' | 'watch';
  /** The file, for problems. */
  readonly path: string;
  /** As written; lines are in the tree. */
  readonly block: ConfigBlock;
}
