/** Attempts of checks on the network and the processes of this machine. Holds nothing between attempts. */
import type { Clock } from './clock.ts';
import { probeExec } from './probe-exec.ts';
import { probeHttp } from './probe-http.ts';
import { probeTcp } from './probe-tcp.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { ExecProbe, ExecProbeResult, HttpProbe, HttpProbeResult, Prober, TcpProbe, TcpProbeResult } from './prober.ts';
import type { DenyTarget } from './target-guard.ts';

export interface NodeProberOptions {
  readonly clock: Clock;
  /** Asked for every target: the first, each redirect's, and each address that a name resolves to. Default: nothing is denied. */
  readonly denyTarget?: DenyTarget;
}

export class NodeProber implements Prober {
  readonly #tools: ProbeTools;

  constructor(options: NodeProberOptions) {
    this.#tools = { clock: options.clock, deny: options.denyTarget };
  }

  http(probe: HttpProbe, signal: AbortSignal): Promise<HttpProbeResult> {
    return probeHttp(probe, signal, this.#tools);
  }

  tcp(probe: TcpProbe, signal: AbortSignal): Promise<TcpProbeResult> {
    return probeTcp(probe, signal, this.#tools);
  }

  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    return probeExec(probe, signal, this.#tools.clock);
  }
}
