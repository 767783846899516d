/** Runs the checks that are registered here. Owned by `local/`; the assemblies hand in the scheduler of `checks/`. */
import type { CheckStatus } from '../model/check.ts';
import type { CheckSpec } from '../model/check-spec.ts';

export interface CheckRunner {
  /** Starts a check, or runs it by another spec from now on; an equal spec changes nothing. `last` is what is known of it. */
  set(checkId: string, spec: CheckSpec, last: { readonly status: CheckStatus; readonly output: string }): void;
  remove(checkId: string): void;
  /** A TTL check was heard from: its time starts anew. `output` is shown should it run out. */
  beat(checkId: string, output: string): void;
  stop(): void | Promise<void>;
}
