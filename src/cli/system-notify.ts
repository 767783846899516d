/**
 * Tells systemd how the process is (`Type=notify`, `WatchdogSec=`), by systemd's own program: Node cannot write to its socket. The
 * unit needs `NotifyAccess=all`, since that program is a process of its own (sd_notify(3), docs/guides/coming-from-consul.md).
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Prober } from '../runtime/prober.ts';

export interface SystemNotifyOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly logger: Logger;
}

const WATCHDOG = 'WATCHDOG=1';
const TIMEOUT_MS = 5_000;
const OUTPUT_BYTES = 1_024;
const US_PER_MS = 1_000;

export class SystemNotify {
  readonly #options: SystemNotifyOptions;
  #watchdog: Timer | undefined;
  #hasFailed = false;
  /** What is to be told next. */
  #due: readonly string[] = [];
  #isFoodDue = false;
  #sending: Promise<void> | undefined;

  constructor(options: SystemNotifyOptions) {
    this.#options = options;
  }

  /** Also begins to feed the watchdog, if there is one: from the event loop, so that a stuck process is restarted. */
  async ready(): Promise<void> {
    await this.#send('READY=1', 'STATUS=Serving');
    this.#feed();
  }

  /** A reload has begun; `ready` ends it. */
  reloading(): Promise<void> {
    return this.#send('RELOADING=1');
  }

  stopping(): Promise<void> {
    this.#watchdog?.cancel();
    return this.#send('STOPPING=1');
  }

  #feed(): void {
    const intervalMs = this.#watchdogMs() / 2;
    if (!(intervalMs > 0)) return;
    this.#watchdog?.cancel();
    this.#watchdog = this.#options.clock.after(intervalMs, () => {
      void this.#send(WATCHDOG);
      this.#feed();
    });
  }

  /** 0: nobody watches this process. */
  #watchdogMs(): number {
    const { environment, pid } = this.#options;
    if (![undefined, '', String(pid)].includes(environment.WATCHDOG_PID)) return 0;
    return Number(environment.WATCHDOG_USEC ?? 0) / US_PER_MS;
  }

  /** One program at a time, so that systemd hears things in their order; of states that wait only the last one is told. */
  async #send(...states: readonly string[]): Promise<void> {
    if (!this.#options.environment.NOTIFY_SOCKET) return;
    if (states[0] === WATCHDOG) this.#isFoodDue = true;
    else this.#due = states;
    this.#sending ??= this.#sendDue().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  async #sendDue(): Promise<void> {
    while (this.#due.length > 0 || this.#isFoodDue) {
      const states = [...this.#due, ...(this.#isFoodDue ? [WATCHDOG] : [])];
      this.#due = [];
      this.#isFoodDue = false;
      await this.#tell(states);
    }
  }

  async #tell(states: readonly string[]): Promise<void> {
    const { pid, prober, logger } = this.#options;
    const probe = { args: ['systemd-notify', `--pid=${pid}`, ...states], timeoutMs: TIMEOUT_MS, keepBytes: OUTPUT_BYTES };
    const { exitCode, error, output } = await prober.exec(probe, new AbortController().signal);
    if (exitCode === 0 || this.#hasFailed) return;
    this.#hasFailed = true;
    logger.warn({ error: error ?? output.trim() }, 'systemd could not be told how this process is');
  }
}
