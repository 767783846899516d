/** A prober whose targets are functions of the test. By default everything is healthy; each attempt is remembered. */
import type { ExecProbe, ExecProbeResult, HttpProbe, HttpProbeResult, Prober, TcpProbe, TcpProbeResult } from '../runtime/prober.ts';

/** What one kind of target does with an attempt; a promise makes it slow. It ends early, as real attempts do, when aborted. */
export type Target<Probe, Result> = (probe: Probe) => Result | Promise<Result>;

export type ProbeCall =
  | { readonly kind: 'http'; readonly probe: HttpProbe }
  | { readonly kind: 'tcp'; readonly probe: TcpProbe }
  | { readonly kind: 'exec'; readonly probe: ExecProbe };

export class FakeProber implements Prober {
  /** All attempts, oldest first. */
  readonly calls: ProbeCall[] = [];
  /** Replace these to make targets sick or slow. */
  onHttp: Target<HttpProbe, HttpProbeResult> = () => httpAnswer(200, 'OK');
  onTcp: Target<TcpProbe, TcpProbeResult> = () => ({ ok: true });
  onExec: Target<ExecProbe, ExecProbeResult> = () => exited(0);
  #running = 0;

  /** Attempts that have not ended. */
  get running(): number {
    return this.#running;
  }

  http(probe: HttpProbe, signal: AbortSignal): Promise<HttpProbeResult> {
    this.calls.push({ kind: 'http', probe });
    return this.#attempt(() => this.onHttp(probe), { ok: false, error: 'aborted' }, signal);
  }

  tcp(probe: TcpProbe, signal: AbortSignal): Promise<TcpProbeResult> {
    this.calls.push({ kind: 'tcp', probe });
    return this.#attempt(() => this.onTcp(probe), { ok: false, error: 'aborted' }, signal);
  }

  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    this.calls.push({ kind: 'exec', probe });
    return this.#attempt(() => this.onExec(probe), { ...exited(undefined), error: 'aborted' }, signal);
  }

  async #attempt<Result>(answer: () => Result | Promise<Result>, aborted: Result, signal: AbortSignal): Promise<Result> {
    if (signal.aborted) return aborted;
    const { promise, end } = abortable(aborted, signal);
    this.#running += 1;
    try {
      return await Promise.race([answer(), promise]);
    } finally {
      end();
      this.#running -= 1;
    }
  }
}

function abortable<Result>(aborted: Result, signal: AbortSignal): { promise: Promise<Result>; end: () => void } {
  let onAbort = (): void => {};
  const promise = new Promise<Result>((resolve) => {
    onAbort = () => resolve(aborted);
    signal.addEventListener('abort', onAbort);
  });
  return { promise, end: () => signal.removeEventListener('abort', onAbort) };
}

/** An HTTP answer, such as (503, 'Service Unavailable', 'no database'). */
export function httpAnswer(status: number, statusText: string, body: string = ''): HttpProbeResult {
  return { ok: true, status, statusText, body, bodyBytes: Buffer.byteLength(body) };
}

/** The end of a program; no exit code: it was killed. */
export function exited(exitCode: number | undefined, output: string = ''): ExecProbeResult {
  return { exitCode, timedOut: false, error: undefined, output, outputBytes: Buffer.byteLength(output) };
}
