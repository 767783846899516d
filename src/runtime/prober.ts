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

export interface ExecProbe {
  /** Program and arguments; no shell. Never empty. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Keep at most so many bytes of stdout and stderr together, the last ones. */
  readonly keepBytes: number;
}

export type HttpProbeResult =
  | { readonly ok: true; readonly status: number; readonly statusText: string; readonly body: string; readonly bodyBytes: number }
  | { readonly ok: false; readonly error: string };

export type TcpProbeResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

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
  tcp(probe: TcpProbe, signal: AbortSignal): Promise<TcpProbeResult>;
  exec(probe: ExecProbe, signal: AbortSignal): Promise<ExecProbeResult>;
}
