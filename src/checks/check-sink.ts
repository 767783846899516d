/** Where results of checks go. Owned by `checks/`, implemented by `local/`. */
import type { CheckStatus } from '../model/check.ts';

export interface CheckSink {
  /** Called for each result that counts, thresholds applied; the same status and output again is fine. */
  report(checkId: string, status: CheckStatus, output: string): void;
}
