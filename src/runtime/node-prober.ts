/** Attempts of checks on the network, the processes and the containers of this machine. Holds nothing between attempts. */
import type { Clock } from './clock.ts';
import { probeDocker } from './probe-docker.ts';
import { probeExec } from './probe-exec.ts';
import { probeGrpc } from './probe-grpc.ts';
import { probeH2Ping } from './probe-h2ping.ts';
import { probeHttp } from './probe-http.ts';
import { probeTcp } from './probe-tcp.ts';
import type { ProbeTools } from './probe-tools.ts';
import { probeUdp } from './probe-udp.ts';
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
} from './prober.ts';
import type { DenyTarget } from './target-guard.ts';

export interface NodeProberOptions {
  readonly clock: Clock;
  /** Asked for every target: the first, each redirect's, and each address that a name resolves to. Default: nothing is denied. */
  readonly denyTarget?: DenyTarget;
  /** Where the Docker daemon listens, as in `DOCKER_HOST`: `unix:///path` or `tcp://host:port`. Default, and '': the usual socket. */
  readonly dockerHost?: string;
}

export class NodeProber implements Prober {
  readonly #tools: ProbeTools;
  readonly #dockerHost: string;

  constructor(options: NodeProberOptions) {
    this.#tools = { clock: options.clock, deny: options.denyTarget };
    this.#dockerHost = options.dockerHost ?? '';
  }

  http(probe: HttpProbe, signal: AbortSignal): Promise<HttpProbeResult> {
    return probeHttp(probe, signal, this.#tools);
  }

  tcp(probe: TcpProbe, signal: AbortSignal): Promise<ReachResult> {
    return probeTcp(probe, signal, this.#tools);
  }

  udp(probe: UdpProbe, signal: AbortSignal): Promise<ReachResult> {
    return probeUdp(probe, signal, this.#tools);
  }

  h2ping(probe: H2PingProbe, signal: AbortSignal): Promise<H2PingResult> {
    return probeH2Ping(probe, signal, this.#tools);
  }

  grpc(probe: GrpcProbe, signal: AbortSignal): Promise<GrpcProbeResult> {
    return probeGrpc(probe, signal, this.#tools);
  }

  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    return probeExec(probe, signal, this.#tools.clock);
  }

  docker(probe: DockerProbe, signal: AbortSignal): Promise<ExecProbeResult> {
    return probeDocker(probe, signal, { clock: this.#tools.clock, dockerHost: this.#dockerHost });
  }
}
