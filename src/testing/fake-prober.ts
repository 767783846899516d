/** A prober whose targets are functions of the test. By default everything is healthy; each attempt is remembered. */
import type {
  DockerProbe,
  ExecProbe,
  ExecProbeResult,
  GrpcProbe,
  GrpcProbeResult,
  H2PingProbe,
  H2PingResult,
  HttpProbe,
  HttpProbeResult,
  Prober,
  ReachResult,
  TcpProbe,
  UdpProbe,
} from '../runtime/prober.ts';

/** What one kind of target does with an attempt; a promise makes it slow. It ends early, as real attempts do, when aborted. */
export type Target<Probe, Result> = (probe: Probe) => Result | Promise<Result>;

export type ProbeCall =
  | { readonly kind: 'http'; readonly probe: HttpProbe }
  | { readonly kind: 'tcp'; readonly probe: TcpProbe }
  | { readonly kind: 'udp'; readonly probe: UdpProbe }
  | { readonly kind: 'h2ping'; readonly probe: H2PingProbe }
  | { readonly kind: 'grpc'; readonly probe: GrpcProbe }
  | { readonly kind: 'exec'; readonly probe: ExecProbe }
  | { readonly kind: 'docker'; readonly probe: DockerProbe };

const UNREACHED = { ok: false, error: 'aborted' } as const;

export class FakeProber implements Prober {
  /** All attempts, oldest first. */
  readonly calls: ProbeCall[] = [];
  /** Replace these to make targets sick or slow. */
  onHttp: Target<HttpProbe, HttpProbeResult> = () => httpAnswer(200, 'OK');
  onTcp: Target<TcpProbe, ReachResult> = () => ({ ok: true });
  onUdp: Target<UdpProbe, ReachResult> = () => ({ ok: true });
  onH2Ping: Target<H2PingProbe, H2PingResult> = () => ({ ok: true });
  onGrpc: Target<GrpcProbe, GrpcProbeResult> = () => ({ ok: true, servingStatus: 'SERVING' });
  onExec: Target<ExecProbe, ExecProbeResult> = () => exited(0);
  onDocker: Target<DockerProbe, ExecProbeResult> = () => exited(0);
  #running = 0;

  /** Attempts that have not ended. */
  get running(): number {
    return this.#running;
  }

  http(probe: HttpProbe, signal: AbortSignal): Promise<HttpProbeResult> {
    this.calls.push({ kind: 'http', probe });
    return this.#attempt(() => this.onHttp(probe), UNREACHED, signal);
  }

  tcp(probe: TcpProbe, signal: AbortSignal): Promise<ReachResult> {
    this.calls.push({ kind: 'tcp', probe });
    return this.#attempt(() => this.onTcp(probe), UNREACHED, signal);
  }

  udp(probe: UdpProbe, signal: AbortSignal): Promise<ReachResult> {
    this.calls.push({ kind: 'udp', probe });
    return this.#attempt(() => this.onUdp(probe), UNREACHED, signal);
  }

  h2ping(probe: H2PingProbe, signal: AbortSignal): Promise<H2PingResult> {
    this.calls.push({ kind: 'h2ping', probe });
    return this.#attempt(() => this.onH2Ping(probe), { ...UNREACHED, hasConnected: false }, signal);
  }

  grpc(probe: GrpcProbe, signal: AbortSignal): Promise<GrpcProbeResult> {
    this.calls.push({ kind: 'grpc', probe });
    return this.#attempt(() => this.onGrpc(probe), UNREACHED, signal);
  }

  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    this.calls.push({ kind: 'exec', probe });
    return this.#attempt(() => this.onExec(probe), { ...exited(undefined), error: 'aborted' }, signal);
  }

  docker(probe: DockerProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    this.calls.push({ kind: 'docker', probe });
    return this.#attempt(() => this.onDocker(probe), { ...exited(undefined), error: 'aborted' }, signal);
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
