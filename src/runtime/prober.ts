/**
 * One attempt of a health check, as a dependency: the only way in which checks touch the network or start programs.
 * An attempt never throws for what the target does: refusal, time-out and nonsense are results.
 */

export interface HttpProbe {
  readonly url: string;
  readonly method: string;
  /** Name to values, as configured; sent in this case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Redirects to follow; 0 answers the redirect itself. */
  readonly maxRedirects: number;
  readonly tlsSkipVerify: boolean;
  readonly tlsServerName: string;
  /** Keep at most so many bytes, the last ones; reading stops after 1 MiB. */
  readonly keepBytes: number;
}

export interface TcpProbe {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly tls: boolean;
  readonly tlsSkipVerify: boolean;
  readonly tlsServerName: string;
}

export interface UdpProbe {
  readonly host: string;
  readonly port: number;
  /** How long an answer may take; silence until then is well. */
  readonly timeoutMs: number;
}

/** A connection over which HTTP/2 is spoken: with TLS as `h2`, without it by prior knowledge. */
export type H2PingProbe = TcpProbe;

export interface GrpcProbe extends H2PingProbe {
  /** The service asked for in `grpc.health.v1.Health/Check`; '' is the whole server. */
  readonly service: string;
}

export interface DockerProbe {
  /** The container's id or name. */
  readonly container: string;
  /** Program and arguments, run inside the container without a shell. Never empty. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Keep at most so many bytes of stdout and stderr together, the last ones. */
  readonly keepBytes: number;
}

export interface ExecProbe {
  /** Program and arguments; no shell. Never empty. */
  readonly args: readonly string[];
  /** What it reads on standard input; `undefined`: nothing. */
  readonly input?: Uint8Array;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Keep at most so many bytes of stdout and stderr together, the last ones. */
  readonly keepBytes: number;
}

export type HttpProbeResult =
  | { readonly ok: true; readonly status: number; readonly statusText: string; readonly body: string; readonly bodyBytes: number }
  | { readonly ok: false; readonly error: string };

/** Whether a target could be reached. */
export type ReachResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** `hasConnected`: whether the attempt failed after the connection (with TLS, if asked for) had been made. */
export type H2PingResult = { readonly ok: true } | { readonly ok: false; readonly error: string; readonly hasConnected: boolean };

export type GrpcProbeResult =
  /** `SERVING`, `NOT_SERVING`, … as the health protocol names them; a number that has no name, as it is. */
  { readonly ok: true; readonly servingStatus: string } | { readonly ok: false; readonly error: string };

export interface ExecProbeResult {
  /** Exit code; `undefined` when the program was killed or could not start. */
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  /** Set when the program could not be started. */
  readonly error: string | undefined;
  readonly output: string;
  /** Bytes written in all, kept or not. */
  readonly outputBytes: number;
}

export interface Prober {
  http(probe: HttpProbe, signal: AbortSignal): Promise<HttpProbeResult>;
  tcp(probe: TcpProbe, signal: AbortSignal): Promise<ReachResult>;
  udp(probe: UdpProbe, signal: AbortSignal): Promise<ReachResult>;
  h2ping(probe: H2PingProbe, signal: AbortSignal): Promise<H2PingResult>;
  grpc(probe: GrpcProbe, signal: AbortSignal): Promise<GrpcProbeResult>;
  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult>;
  docker(probe: DockerProbe, signal: AbortSignal): Promise<ExecProbeResult>;
}
