/** Decides what a request may do. Until access rules come there is one, which allows everything. */
import type { AccessRule } from './rule.ts';

export interface Authorizer {
  /** Whether `rule` is granted on `segment` (a key, a service name, a node name; '' where the resource has no segments). */
  allows(rule: AccessRule, segment: string): boolean;
}

export const allowAll: Authorizer = { allows: () => true };
