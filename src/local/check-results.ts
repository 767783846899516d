/**
 * What follows from results of checks: they are damped, shown and made durable, and tell the reaper how a check really is. Owns nothing but
 * the damper; the registry has the statuses.
 */
import type { CheckResult } from '../checks/define-check.ts';
import { FlapDamper, type FlapSettings } from '../checks/flap-damper.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Journal } from './journal.ts';
import { encodeEntry, type LogEntry } from './log-entry.ts';
import type { Reaper } from './reaper.ts';
import type { Registry } from './registry.ts';

export interface CheckResultsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly reaper: Reaper;
  readonly flap: FlapSettings;
  readonly isOutputDiscarded: boolean;
  /** The check is shown otherwise, and nobody reported it. */
  readonly changed: (checkId: string) => void;
}

export class CheckResults {
  readonly damper: FlapDamper;
  readonly #options: CheckResultsOptions;
  #isOutputDiscarded: boolean;

  constructor(options: CheckResultsOptions) {
    const { clock, logger, flap } = options;
    this.#options = options;
    this.#isOutputDiscarded = options.isOutputDiscarded;
    this.damper = new FlapDamper({
      clock,
      settings: flap,
      held: (checkId) => logger.info({ checkId }, 'check changes all the time: held at its worst status'),
      released: (checkId, result) => this.#released(checkId, result),
    });
  }

  configure(settings: { readonly flap: FlapSettings; readonly isOutputDiscarded: boolean }): void {
    this.#isOutputDiscarded = settings.isOutputDiscarded;
    this.damper.configure(settings.flap);
  }

  /** The result of a check; of one that is gone, nothing happens. Rejects with STORE_FAILED if it could not be made durable: it is shown all the same. */
  async set(id: string, result: CheckResult): Promise<void> {
    if (this.#options.registry.checks.has(id)) await this.#show(id, this.damper.observe(id, result));
  }

  #released(checkId: string, result: CheckResult): void {
    this.#options.logger.info({ checkId, status: result.status }, 'check is steady again');
    // The log has told of its failure itself.
    this.#show(checkId, result).catch(() => {});
    this.#options.changed(checkId);
  }

  /** Made, then durable: a new status must show even when the disk is slow or broken. Output alone is not written. */
  async #show(id: string, { status, output: given }: CheckResult): Promise<void> {
    const { registry, journal, reaper } = this.#options;
    const output = this.#isOutputDiscarded ? '' : given;
    const before = registry.checks.get(id);
    if (before === undefined) return;
    const entry: LogEntry = { op: 'check.result', id, status, output };
    if (before.status !== status || before.output !== output) registry.apply(entry);
    // A check that is held is not as bad as it is shown: its service is not to be deregistered for that.
    const actual = this.damper.actualStatus(id);
    if (actual !== undefined) reaper.observe({ ...before, status: actual });
    if (before.status !== status) await journal.append([encodeEntry(entry)], () => {});
  }
}
