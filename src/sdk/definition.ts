/** What a program registers, in the shape of the SDK. `read-definition.ts` says what is wrong with one, and makes the request of it. */
import type { CheckStatus } from '../model/check.ts';
import type { Locality, StringMap } from '../model/values.ts';

/** A service of this program. Times are milliseconds. */
export interface RegisterDefinition {
  readonly name: string;
  /** Unique on the node; default: the name. Several instances on one node need ids. */
  readonly id?: string;
  /** Default: the node's. */
  readonly address?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly tags?: readonly string[];
  readonly meta?: StringMap;
  /** Shares while passing and while warning, 1 to 65,535 and 0 to 65,535. Default 1 and 1. */
  readonly weights?: { readonly passing: number; readonly warning: number };
  /** Addresses for other networks: `wan`, `lan_ipv4`, …. */
  readonly taggedAddresses?: Readonly<Record<string, { readonly address: string; readonly port: number }>>;
  readonly locality?: Partial<Locality>;
  /** The catalog's tags win over these. */
  readonly enableTagOverride?: boolean;
  readonly checks?: readonly RegisterCheck[];
}

/** A check of the service: what all kinds have, and exactly one kind. */
export type RegisterCheck = CheckBasics &
  (TtlCheck | HttpCheck | TcpCheck | UdpCheck | GrpcCheck | H2PingCheck | ScriptCheck | OsServiceCheck | AliasCheck);

export interface CheckBasics {
  /** Default: `service:<id of the service>`, numbered if there are several. */
  readonly id?: string;
  readonly name?: string;
  readonly notes?: string;
  /** Until the first result; default critical. */
  readonly status?: CheckStatus;
  /** Results in a row before the status follows. Default 0: the first one does. */
  readonly successBeforePassing?: number;
  readonly failuresBeforeWarning?: number;
  readonly failuresBeforeCritical?: number;
  /** Deregisters the service once it has been critical for so long. Default: never. */
  readonly deregisterAfterMs?: number;
}

/** The program reports itself, at least so often: `pass`, `warn`, `fail` and `heartbeat` of the registration. */
export interface TtlCheck {
  readonly ttlMs: number;
}

interface Periodic {
  /** At least 1,000. */
  readonly intervalMs: number;
  /** Default: the type's, mostly 10,000. */
  readonly timeoutMs?: number;
}

export interface HttpCheck extends Periodic {
  /** The URL to ask: 2xx is passing, 429 warning, all else critical. */
  readonly http: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly disableRedirects?: boolean;
  readonly tlsServerName?: string;
  readonly tlsSkipVerify?: boolean;
}

export interface TcpCheck extends Periodic {
  /** `host:port`. */
  readonly tcp: string;
  readonly useTls?: boolean;
  readonly tlsServerName?: string;
  readonly tlsSkipVerify?: boolean;
}

export interface UdpCheck extends Periodic {
  /** `host:port`. */
  readonly udp: string;
}

export interface GrpcCheck extends Periodic {
  /** `host:port` or `host:port/service`. */
  readonly grpc: string;
  readonly useTls?: boolean;
  readonly tlsServerName?: string;
  readonly tlsSkipVerify?: boolean;
}

export interface H2PingCheck extends Periodic {
  /** `host:port`. */
  readonly h2ping: string;
  /** Default true. */
  readonly useTls?: boolean;
  readonly tlsServerName?: string;
  readonly tlsSkipVerify?: boolean;
}

/** The agent must allow script checks. */
export interface ScriptCheck extends Periodic {
  /** Program and arguments, run without a shell. */
  readonly script: readonly string[];
}

export interface OsServiceCheck extends Periodic {
  /** A systemd unit. */
  readonly osService: string;
}

/** As healthy as another service of this node. */
export interface AliasCheck {
  /** The id of the service. */
  readonly aliasService: string;
}
