/** How a check is run: what the registration asked for, validated, with defaults filled in. `checks/` runs it. */

interface Periodic {
  /** At least 1,000. */
  readonly intervalMs: number;
  /** 0: the type's default. */
  readonly timeoutMs: number;
}

export interface HttpSpec extends Periodic {
  readonly type: 'http';
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly disableRedirects: boolean;
  readonly tlsServerName: string;
  readonly tlsSkipVerify: boolean;
}

/** How a connection is made. */
interface Connection {
  /** `host:port`, `[v6]:port`. */
  readonly target: string;
  readonly useTls: boolean;
  readonly tlsServerName: string;
  readonly tlsSkipVerify: boolean;
}

export interface TcpSpec extends Periodic, Connection {
  readonly type: 'tcp';
}

export interface UdpSpec extends Periodic {
  readonly type: 'udp';
  /** `host:port`, `[v6]:port`. */
  readonly target: string;
}

export interface GrpcSpec extends Periodic, Connection {
  readonly type: 'grpc';
  /** The service asked for; '' is the whole server. */
  readonly service: string;
}

export interface H2PingSpec extends Periodic, Connection {
  readonly type: 'h2ping';
}

export interface ScriptSpec extends Periodic {
  readonly type: 'script';
  /** Program and arguments, not empty. */
  readonly args: readonly string[];
}

export interface DockerSpec extends Periodic {
  readonly type: 'docker';
  /** The container's id or name. */
  readonly container: string;
  /** Program and arguments inside the container, not empty. */
  readonly args: readonly string[];
}

export interface OsServiceSpec extends Periodic {
  readonly type: 'os_service';
  /** The unit's name, as `systemctl` takes it. */
  readonly service: string;
}

/** As healthy as something else; has no attempts of its own. At least one of the two is not ''. */
export interface AliasSpec {
  readonly type: 'alias';
  /** '' is this node. */
  readonly node: string;
  /** A service's id; '' stands for the node's own checks. */
  readonly service: string;
}

export interface TtlSpec {
  readonly type: 'ttl';
  readonly ttlMs: number;
}

/** Set by the maintenance endpoints; never runs. */
export interface MaintenanceSpec {
  readonly type: 'maintenance';
}

export interface CheckOptions {
  /** Good results in a row before passing or warning is reported. */
  readonly successBeforePassing: number;
  /** Bad results in a row before warning is reported; 0: the same as critical. */
  readonly failuresBeforeWarning: number;
  readonly failuresBeforeCritical: number;
  /** Bytes of output kept; 0: the agent's limit. */
  readonly outputMaxBytes: number;
  /** The service is deregistered after being critical so long; 0: never. */
  readonly deregisterAfterMs: number;
}

export type CheckKind =
  | TtlSpec
  | HttpSpec
  | TcpSpec
  | UdpSpec
  | GrpcSpec
  | DockerSpec
  | ScriptSpec
  | H2PingSpec
  | OsServiceSpec
  | AliasSpec
  | MaintenanceSpec;

export type CheckSpec = CheckKind & CheckOptions;
