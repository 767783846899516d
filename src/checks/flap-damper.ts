/**
 * Holds checks that change all the time at their worst status of late, after route flap damping (RFC 2439): each change of status costs
 * the check a penalty, which halves every half-life; a check above `suppress` is held until its penalty has decayed to `reuse`. Knows the
 * real results; what is shown is its caller's. Memory only: a restart clears all penalties.
 */
import { type CheckStatus, SEVERITY } from '../model/check.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { CheckResult } from './define-check.ts';

/** The options under `flap`. */
export interface FlapSettings {
  readonly isEnabled: boolean;
  /** In which a penalty halves; above 0. */
  readonly halfLifeMs: number;
  /** Of one change of status; above 0. */
  readonly penalty: number;
  /** A check with this penalty is held. */
  readonly suppress: number;
  /** A check that is held is let go when its penalty has decayed to this; at most `suppress` counts. */
  readonly reuse: number;
}

export const NO_DAMPING: FlapSettings = Object.freeze({
  isEnabled: false,
  halfLifeMs: 300_000,
  penalty: 1_000,
  suppress: 5_000,
  reuse: 2_500,
});

export interface FlapDamperOptions {
  readonly clock: Clock;
  readonly settings: FlapSettings;
  /** The check is held no longer: this is how it really is. */
  readonly released: (checkId: string, result: CheckResult) => void;
  /** A check begins to be held. */
  readonly held: (checkId: string) => void;
}

/** No penalty is above so many times `suppress`: it bounds for how long a check is held after its last change. */
const MAX_PENALTY_FACTOR = 2;
const MS_PER_STEP = 10_000;

/** What is known of one check. */
interface Flapping {
  /** As of `atMs`. */
  penalty: number;
  atMs: number;
  actual: CheckResult;
  /** Since the penalty was last below `reuse`. */
  worst: CheckStatus;
  /** While it is held. */
  hold: { readonly timer: Timer; readonly note: string } | undefined;
}

export class FlapDamper {
  readonly #options: FlapDamperOptions;
  readonly #known = new Map<string, Flapping>();
  #settings: FlapSettings;
  #heldCount = 0;

  constructor(options: FlapDamperOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** Checks that are held now. */
  get heldCount(): number {
    return this.#heldCount;
  }

  /** Counts a result, and gives the one to show. The first result of a check changes nothing, so registering costs no penalty. */
  observe(checkId: string, result: CheckResult): CheckResult {
    if (!this.#settings.isEnabled) return result;
    const known = this.#known.get(checkId);
    if (known === undefined) {
      this.#known.set(checkId, { penalty: 0, atMs: this.#options.clock.nowMs(), actual: result, worst: result.status, hold: undefined });
      return result;
    }
    if (result.status !== known.actual.status) this.#penalise(checkId, known, result.status);
    known.actual = result;
    return shown(known);
  }

  /** How the check really is while it is held; `undefined` while it is not. */
  actualStatus(checkId: string): CheckStatus | undefined {
    const known = this.#known.get(checkId);
    return known?.hold && known.actual.status;
  }

  /** The check is gone, and all that was held against it. */
  forget(checkId: string): void {
    const known = this.#known.get(checkId);
    if (known !== undefined) this.#endHold(known);
    this.#known.delete(checkId);
  }

  /** Penalties so far stay; switched off, everything is let go at once. */
  configure(settings: FlapSettings): void {
    this.#settings = settings;
    if (settings.isEnabled) return;
    const held = [...this.#known].filter(([, { hold }]) => hold !== undefined);
    this.stop();
    for (const [checkId, { actual }] of held) this.#options.released(checkId, actual);
  }

  /** Forgets everything, and lets go of nothing. */
  stop(): void {
    for (const known of this.#known.values()) this.#endHold(known);
    this.#known.clear();
  }

  #penalise(checkId: string, known: Flapping, status: CheckStatus): void {
    const { penalty, suppress } = this.#settings;
    const left = this.#decayed(known);
    if (known.hold === undefined && left < this.#reuse) known.worst = known.actual.status;
    known.worst = worse(known.worst, status);
    known.penalty = Math.min(left + penalty, MAX_PENALTY_FACTOR * suppress);
    known.atMs = this.#options.clock.nowMs();
    if (known.hold === undefined && known.penalty < suppress) return;
    if (known.hold === undefined) this.#options.held(checkId);
    this.#hold(checkId, known);
  }

  /** From the present penalty on: anew for one that is held already. */
  #hold(checkId: string, known: Flapping): void {
    this.#endHold(known);
    const leftMs = Math.max(this.#settings.halfLifeMs * Math.log2(known.penalty / this.#reuse), 0);
    const timer = this.#options.clock.after(leftMs, () => {
      this.#endHold(known);
      this.#options.released(checkId, known.actual);
    });
    known.hold = { timer, note: `[flapping: held for about ${rounded(leftMs)}]` };
    this.#heldCount += 1;
  }

  #endHold(known: Flapping): void {
    if (known.hold === undefined) return;
    known.hold.timer.cancel();
    known.hold = undefined;
    this.#heldCount -= 1;
  }

  get #reuse(): number {
    return Math.min(this.#settings.reuse, this.#settings.suppress);
  }

  #decayed({ penalty, atMs }: Flapping): number {
    return penalty * 2 ** ((atMs - this.#options.clock.nowMs()) / this.#settings.halfLifeMs);
  }
}

/** The words change only with the status, so that a check that is held does not send a new output with every attempt. */
function shown({ actual, worst, hold }: Flapping): CheckResult {
  if (hold === undefined) return actual;
  return { status: worst, output: actual.output === '' ? hold.note : `${hold.note} ${actual.output}` };
}

const worse = (a: CheckStatus, b: CheckStatus): CheckStatus => (SEVERITY[a] >= SEVERITY[b] ? a : b);

/** Up to ten seconds. */
const rounded = (ms: number): string => formatDurationNs(Math.ceil(ms / MS_PER_STEP) * MS_PER_STEP * 1e6);
