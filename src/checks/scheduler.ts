/**
 * Runs the checks of this node and hands results that count to the sink. Owns the timers and the attempts under way; statuses
 * and outputs belong to the sink. Slow targets hold up nobody: each attempt is bounded by its time-out, and who takes long waits only for
 * others that do (`lanes.ts`).
 */
import type { CheckSpec } from '../model/check-spec.ts';
import { isEqual } from '../model/values.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Prober } from '../runtime/prober.ts';
import type { Random } from '../runtime/random.ts';
import type { AliasSource, RemoteAliasSource } from './alias-source.ts';
import { Aliases, type AliasWatch } from './aliases.ts';
import type { CheckMeters } from './check-meters.ts';
import type { CheckSink } from './check-sink.ts';
import { checkTypes } from './check-types.ts';
import type { CheckResult, CheckTools, CheckTypeName } from './define-check.ts';
import { type LaneLimits, Lanes } from './lanes.ts';
import { clipped } from './output.ts';
import { PeriodicCheck } from './periodic-check.ts';
import { Thresholds } from './thresholds.ts';
import { TtlTimer } from './ttl-timer.ts';

export interface CheckSettings {
  /** Bytes of output kept; a check can only lower it (`check_output_max_size`). */
  readonly outputMaxBytes: number;
  /** False: no HTTP check follows redirects (`checks.follow_redirects`). */
  readonly followRedirects: boolean;
}

export interface CheckSchedulerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly prober: Prober;
  readonly sink: CheckSink;
  readonly settings: CheckSettings;
  readonly meters: CheckMeters;
  /** What alias checks look at: this node, and all others. Without it they are critical, and say so. */
  readonly aliases?: AliasSource | undefined;
  readonly remoteAliases?: RemoteAliasSource | undefined;
}

/** What runs a check; `undefined` for a type that is not run. */
type Life = PeriodicCheck | TtlTimer | AliasWatch | undefined;

interface Entry {
  readonly spec: CheckSpec;
  readonly life: Life;
}

export class CheckScheduler {
  readonly #options: CheckSchedulerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #lanes = new Map<CheckTypeName, Lanes>();
  readonly #aliases: Aliases;
  /** Lives that were stopped while an attempt was under way. */
  readonly #leaving = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: CheckSchedulerOptions) {
    this.#options = options;
    const { clock, aliases: local, remoteAliases: remote } = options;
    this.#aliases = new Aliases({ clock, local, remote });
  }

  /** Checks known, run or not. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Starts a check, or replaces one. An equal spec changes nothing: neither the rhythm nor the counters nor the rest of a TTL.
   * Nothing is reported of a check after it was replaced. `initial.output` is what a TTL check shows if it is never reported. After
   * `stop` nothing happens.
   */
  set(checkId: string, spec: CheckSpec, initial: CheckResult): void {
    if (this.#isStopped || isEqual(this.#entries.get(checkId)?.spec, spec)) return;
    this.remove(checkId);
    this.#entries.set(checkId, { spec, life: this.#begin(checkId, spec, initial) });
  }

  /** Fine if there is no such check. An attempt under way is aborted and never reported. */
  remove(checkId: string): void {
    const life = this.#entries.get(checkId)?.life;
    this.#entries.delete(checkId);
    if (life === undefined) return;
    const left = life.stop().finally(() => this.#leaving.delete(left));
    this.#leaving.add(left);
  }

  /**
   * The program reported its TTL check: its time starts anew. `output` is shown should it run out later; without it, the last one is.
   * False if there is no such check, or it has no TTL. Reports nothing to the sink.
   */
  beat(checkId: string, output?: string): boolean {
    const life = this.#entries.get(checkId)?.life;
    if (!(life instanceof TtlTimer)) return false;
    life.beat(output);
    return true;
  }

  /** Removes all checks, for good; resolves when no attempt is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const checkId of [...this.#entries.keys()]) this.remove(checkId);
    await Promise.all(this.#leaving);
  }

  #begin(checkId: string, spec: CheckSpec, initial: CheckResult): Life {
    const { clock, random, sink, meters } = this.#options;
    const tools = this.#toolsFor(spec);
    const report = ({ status, output }: CheckResult): void => sink.report(checkId, status, clipped(output, tools.outputMaxBytes));
    if (spec.type === 'ttl') return new TtlTimer({ clock, ttlMs: spec.ttlMs, lastOutput: initial.output, report });
    if (spec.type === 'alias') return this.#aliases.watch(checkId, spec, report);
    const type = checkTypes[spec.type];
    const { run, lanes } = type;
    if (run === undefined || lanes === undefined || !('intervalMs' in spec)) return undefined;
    return new PeriodicCheck({
      clock,
      firstDelayMs: random.float() * spec.intervalMs,
      intervalMs: spec.intervalMs,
      lanes: this.#lanesOf(spec.type, lanes),
      thresholds: new Thresholds(spec),
      run: (signal) => meters.timed(spec.type, () => run(spec, tools, signal)),
      report,
    });
  }

  #toolsFor(spec: CheckSpec): CheckTools {
    const { prober, settings } = this.#options;
    const outputMaxBytes = Math.min(spec.outputMaxBytes || settings.outputMaxBytes, settings.outputMaxBytes);
    return { prober, outputMaxBytes, followRedirects: settings.followRedirects };
  }

  #lanesOf(type: CheckTypeName, limits: LaneLimits): Lanes {
    const lanes = this.#lanes.get(type) ?? new Lanes(this.#options.clock, limits);
    this.#lanes.set(type, lanes);
    return lanes;
  }
}
