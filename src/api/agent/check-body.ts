/** A check as registrations describe it: the schema of its fields, and how they become a check that can be run (spec 5.9). */
import { checkSpecFrom } from '../../checks/validate.ts';
import type { CheckSpec } from '../../model/check-spec.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { bool, duration, int, list, map, object, type Schema, text } from '../../wire/schema.ts';
import type { ApiSettings } from '../context.ts';

/** Durations are nanoseconds. */
export interface CheckRunBody {
  readonly ScriptArgs?: readonly string[];
  readonly DockerContainerID?: string;
  readonly HTTP?: string;
  readonly Method?: string;
  readonly Header?: Readonly<Record<string, readonly string[]>>;
  readonly Body?: string;
  readonly DisableRedirects?: boolean;
  readonly TCP?: string;
  readonly TCPUseTLS?: boolean;
  readonly UDP?: string;
  readonly GRPC?: string;
  readonly H2PING?: string;
  readonly OSService?: string;
  readonly AliasNode?: string;
  readonly AliasService?: string;
  readonly TTL?: number;
  readonly TLSServerName?: string;
  readonly TLSSkipVerify?: boolean;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly DeregisterCriticalServiceAfter?: number;
  readonly SuccessBeforePassing?: number;
  readonly FailuresBeforeWarning?: number;
  readonly FailuresBeforeCritical?: number;
  readonly OutputMaxSize?: number;
}

export interface ServiceCheckBody extends CheckRunBody {
  readonly CheckID?: string;
  readonly Name?: string;
  readonly Notes?: string;
  readonly Status?: string;
}

export interface CheckRegisterBody extends CheckRunBody {
  readonly ID?: string;
  readonly Name?: string;
  readonly Notes?: string;
  readonly Status?: string;
  readonly ServiceID?: string;
}

/** The fields that say how a check is run; spread into the bodies of the two registrations. */
const checkRunFields = {
  ScriptArgs: list(text(), { aliases: ['Args', 'script_args'], description: 'Program and arguments, run without a shell' }),
  DockerContainerID: text({ aliases: ['docker_container_id'], description: 'Not supported' }),
  Shell: text({ description: 'Only with DockerContainerID' }),
  HTTP: text({ description: 'URL to ask; 2xx is passing, 429 warning, all else critical' }),
  Method: text({ description: 'Default: GET' }),
  Header: map(list(text())),
  Body: text(),
  DisableRedirects: bool({ aliases: ['disable_redirects'] }),
  TCP: text({ description: '`host:port` to connect to' }),
  TCPUseTLS: bool({ aliases: ['tcp_use_tls'] }),
  UDP: text({ description: 'Not supported' }),
  GRPC: text({ description: 'Not supported' }),
  GRPCUseTLS: bool({ aliases: ['grpc_use_tls'] }),
  H2PING: text({ description: 'Not supported' }),
  H2PingUseTLS: bool({ aliases: ['h2ping_use_tls'] }),
  OSService: text({ aliases: ['os_service'], description: 'Not supported' }),
  AliasNode: text({ aliases: ['alias_node'], description: 'Not supported' }),
  AliasService: text({ aliases: ['alias_service'], description: 'Not supported' }),
  TTL: duration({ description: 'The program must report at least so often' }),
  TLSServerName: text({ aliases: ['tls_server_name'] }),
  TLSSkipVerify: bool({ aliases: ['tls_skip_verify'] }),
  Interval: duration({ description: 'Between two runs; at least 1s' }),
  Timeout: duration(),
  DeregisterCriticalServiceAfter: duration({
    aliases: ['deregister_critical_service_after'],
    description: 'Deregister the service after being critical for so long; at least 1m',
  }),
  SuccessBeforePassing: int({ aliases: ['success_before_passing'] }),
  FailuresBeforeWarning: int({ aliases: ['failures_before_warning'] }),
  FailuresBeforeCritical: int({ aliases: ['failures_before_critical'] }),
  OutputMaxSize: int({ aliases: ['output_max_size'] }),
};

/** A check inside a service registration. */
export const serviceCheckBody: Schema<ServiceCheckBody> = object({
  CheckID: text({ aliases: ['ID', 'check_id'], description: 'Default: `service:<service id>`, numbered if there are several' }),
  Name: text(),
  Notes: text(),
  Status: text({ description: 'Until the first result; default critical' }),
  ServiceID: text({ aliases: ['service_id'], description: 'Ignored' }),
  ...checkRunFields,
});

/** A check on its own. */
export const checkRegisterBody: Schema<CheckRegisterBody> = object({
  ID: text({ aliases: ['CheckID'], description: 'Default: the name' }),
  Name: text({ description: 'Required' }),
  Notes: text(),
  Status: text({ description: 'Until the first result; default critical' }),
  ServiceID: text({ aliases: ['service_id'], description: 'The service it is for; default: the node' }),
  Token: text({ description: 'Ignored' }),
  ...checkRunFields,
});

const NO_SCRIPTS = "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true";

/** How the check is run. BAD_REQUEST with Consul's reason; REJECTED for a script check where those are off. */
export function checkSpecOf(given: CheckRunBody, { scriptChecksEnabled }: ApiSettings): CheckSpec {
  const spec = checkSpecFrom({
    scriptArgs: given.ScriptArgs,
    http: given.HTTP,
    method: given.Method,
    header: given.Header,
    body: given.Body,
    disableRedirects: given.DisableRedirects,
    tcp: given.TCP,
    tcpUseTls: given.TCPUseTLS,
    ttlNs: given.TTL,
    intervalNs: given.Interval,
    timeoutNs: given.Timeout,
    tlsServerName: given.TLSServerName,
    tlsSkipVerify: given.TLSSkipVerify,
    successBeforePassing: given.SuccessBeforePassing,
    failuresBeforeWarning: given.FailuresBeforeWarning,
    failuresBeforeCritical: given.FailuresBeforeCritical,
    outputMaxSize: given.OutputMaxSize,
    deregisterCriticalServiceAfterNs: given.DeregisterCriticalServiceAfter,
    udp: given.UDP,
    grpc: given.GRPC,
    h2ping: given.H2PING,
    osService: given.OSService,
    dockerContainerId: given.DockerContainerID,
    aliasNode: given.AliasNode,
    aliasService: given.AliasService,
  });
  if (spec.type === 'script' && !scriptChecksEnabled) throw new KonsulError('REJECTED', NO_SCRIPTS);
  return spec;
}
