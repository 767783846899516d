/** What a check type is: one file of this folder defines one, `check-types.ts` lists them. A type holds no state between attempts. */
import type { CheckStatus } from '../model/check.ts';
import type { CheckKind } from '../model/check-spec.ts';
import type { Prober } from '../runtime/prober.ts';
import type { CheckFields } from './check-fields.ts';
import type { LaneLimits } from './lanes.ts';

export interface CheckResult {
  readonly status: CheckStatus;
  readonly output: string;
}

/** What an attempt may use. */
export interface CheckTools {
  readonly prober: Prober;
  /** Bytes of output kept for this check. */
  readonly outputMaxBytes: number;
  /** False: HTTP checks judge a redirect by its own status. */
  readonly followRedirects: boolean;
}

export type CheckTypeName = CheckKind['type'];

export type KindOf<T extends CheckTypeName> = Extract<CheckKind, { readonly type: T }>;

/** What the file of a type says. */
export interface CheckDefinition<T extends CheckTypeName> {
  readonly type: T;
  /** How many attempts of this type may run at once on this node; given if the type is run. */
  readonly lanes?: LaneLimits;
  /** What a registration that asks for this type means, or `undefined` if it does not ask for it. Intervals are validated before. */
  kindFrom(fields: CheckFields): KindOf<T> | undefined;
  /** One attempt; a target's misbehaviour is a result. Ends soon after `signal` aborts. Absent: the type is not run. */
  run?(spec: KindOf<T>, tools: CheckTools, signal: AbortSignal): Promise<CheckResult>;
}

/** A defined type, as the scheduler sees it: `run` takes a spec of its own type only. */
export interface CheckType {
  readonly type: CheckTypeName;
  readonly lanes?: LaneLimits;
  kindFrom(fields: CheckFields): CheckKind | undefined;
  run?(spec: CheckKind, tools: CheckTools, signal: AbortSignal): Promise<CheckResult>;
}

/** Defines a check type. */
export function defineCheck<T extends CheckTypeName>(definition: CheckDefinition<T>): CheckType {
  return Object.freeze(definition as CheckType);
}
