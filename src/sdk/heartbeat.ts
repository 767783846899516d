/** Something done again and again, at even distances, one at a time. A failure is told, and tried again at the next beat. */
import type { Clock, Timer } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';

export interface HeartbeatPlan {
  readonly clock: Clock;
  readonly everyMs: number;
  beat(): Promise<void>;
  /** Called after each beat; `undefined`: all is well. */
  settled(error: KonsulError | undefined): void;
}

export class Heartbeat {
  readonly #plan: HeartbeatPlan;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(plan: HeartbeatPlan) {
    this.#plan = plan;
  }

  /** Beats now, and goes on whatever comes of it. Throws what the first beat threw. */
  async start(): Promise<void> {
    const error = await this.#beat();
    if (error !== undefined) throw error;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #beat(): Promise<KonsulError | undefined> {
    const { clock, everyMs, beat, settled } = this.#plan;
    const startedMs = clock.nowMs();
    const error = await beat().then(() => undefined, asKonsulError);
    if (this.#isStopped) return error;
    settled(error);
    this.#timer = clock.after(Math.max(startedMs + everyMs - clock.nowMs(), 0), () => void this.#beat());
    return error;
  }
}

const asKonsulError = (error: unknown): KonsulError =>
  error instanceof KonsulError ? error : new KonsulError('KONSUL_INVARIANT', messageOf(error), { cause: error });
