/** A check as registrations describe it: the schema of its fields, and how they become a check that can be run, or Consul's reason why not (spec 5.9). */
import { checkSpecFrom } from '../checks/validate.ts';
import { isCheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { CheckSpec } from '../model/check-spec.ts';
import { KonsulError } from '../runtime/errors.ts';
import { bool, duration, int, list, map, object, type Schema, text } from '../wire/schema.ts';
import type { RegistrationSettings } from './settings.ts';

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
  readonly GRPCUseTLS?: boolean;
  readonly H2PING?: string;
  readonly H2PingUseTLS?: boolean;
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
  /** In files only. */
  readonly Token?: string;
}

export interface CheckRegisterBody extends CheckRunBody {
  readonly ID?: string;
  readonly Name?: string;
  readonly Notes?: string;
  readonly Status?: string;
  readonly ServiceID?: string;
  readonly Token?: string;
}

/** The fields that say how a check is run; spread into the bodies of the two registrations. */
const checkRunFields = {
  ScriptArgs: list(text(), { aliases: ['Args', 'script_args'], description: 'Program and arguments, run without a shell' }),
  DockerContainerID: text({ aliases: ['docker_container_id'], description: 'Runs ScriptArgs inside this container' }),
  Shell: text({ description: 'Ignored: ScriptArgs are run without a shell' }),
  HTTP: text({ description: 'URL to ask; 2xx is passing, 429 warning, all else critical' }),
  Method: text({ description: 'Default: GET' }),
  Header: map(list(text())),
  Body: text(),
  DisableRedirects: bool({ aliases: ['disable_redirects'] }),
  TCP: text({ description: '`host:port` to connect to' }),
  TCPUseTLS: bool({ aliases: ['tcp_use_tls'] }),
  UDP: text({ description: '`host:port` that must not refuse a datagram' }),
  GRPC: text({ description: '`host:port` or `host:port/service`, asked by the gRPC health protocol' }),
  GRPCUseTLS: bool({ aliases: ['grpc_use_tls'] }),
  H2PING: text({ description: '`host:port` that must answer an HTTP/2 PING' }),
  H2PingUseTLS: bool({ aliases: ['h2ping_use_tls'], description: 'Default: true' }),
  OSService: text({ aliases: ['os_service'], description: 'A systemd unit that must be active' }),
  AliasNode: text({ aliases: ['alias_node'], description: 'As healthy as this node; with AliasService: as that service there' }),
  AliasService: text({ aliases: ['alias_service'], description: 'As healthy as the service with this id' }),
  TTL: duration({ description: 'The program must report at least so often' }),
  TLSServerName: text({ aliases: ['tls_server_name'] }),
  TLSSkipVerify: bool({ aliases: ['tls_skip_verify'] }),
  Interval: duration({ description: 'Between two runs; at least 1s' }),
  Timeout: duration(),
  DeregisterCriticalServiceAfter: duration({
    aliases: ['deregister_critical_service_after'],
    description: 'Deregister the service after being critical for so long; at least `checks.min_deregister_after`',
  }),
  SuccessBeforePassing: int({ aliases: ['success_before_passing'] }),
  FailuresBeforeWarning: int({ aliases: ['failures_before_warning'] }),
  FailuresBeforeCritical: int({ aliases: ['failures_before_critical'] }),
  OutputMaxSize: int({ aliases: ['output_max_size'] }),
};

const serviceCheckFields = {
  CheckID: text({ aliases: ['ID', 'check_id'], description: 'Default: `service:<service id>`, numbered if there are several' }),
  Name: text(),
  Notes: text(),
  Status: text({ description: 'Until the first result; default critical' }),
  ServiceID: text({ aliases: ['service_id'], description: 'Ignored' }),
  ...checkRunFields,
};

/** A check inside a service registration. */
export const serviceCheckBody: Schema<ServiceCheckBody> = object(serviceCheckFields);

/** The same in a definition file, where Consul takes a token too. */
export const serviceCheckDefinition: Schema<ServiceCheckBody> = object({ ...serviceCheckFields, Token: text() });

/** A check on its own. */
export const checkRegisterBody: Schema<CheckRegisterBody> = object({
  ID: text({ aliases: ['CheckID'], description: 'Default: the name' }),
  Name: text({ description: 'Required' }),
  Notes: text(),
  Status: text({ description: 'Until the first result; default critical' }),
  ServiceID: text({ aliases: ['service_id'], description: 'The service it is for; default: the node' }),
  Token: text({ description: 'Kept with the registration and sent with it, for access rules; never shown' }),
  ...checkRunFields,
});

/** A check on its own. Throws BAD_REQUEST or REJECTED with Consul's texts. */
export function checkRegistrationOf(given: CheckRegisterBody, settings: RegistrationSettings): CheckRegistration {
  const { Name: name = '', Status: status = '' } = given;
  if (name === '' && !(settings.isFromFile && given.ID)) throw new KonsulError('BAD_REQUEST', 'Missing check name');
  if (status !== '' && !isCheckStatus(status)) throw new KonsulError('BAD_REQUEST', 'Bad check status');
  return {
    id: given.ID || name,
    name,
    notes: given.Notes ?? '',
    serviceId: given.ServiceID ?? '',
    status: status === '' ? undefined : status,
    spec: checkSpecOf(given, settings),
    ...tokenOf(given),
  };
}

/** The token of a registration, if it has one of its own. */
export const tokenOf = ({ Token: token = '' }: { readonly Token?: string }): { readonly token?: string } => (token === '' ? {} : { token });

const NO_SCRIPTS = "Scripts are disabled on this agent from remote calls; to enable, configure 'enable_script_checks' to true";
const NO_LOCAL_SCRIPTS =
  "Scripts are disabled on this agent; to enable, configure 'enable_script_checks' or 'enable_local_script_checks' to true";

/** How the check is run. BAD_REQUEST with Consul's reason; REJECTED for a script check where those are off. */
export function checkSpecOf(given: CheckRunBody, { scriptChecksEnabled, isFromFile }: RegistrationSettings): CheckSpec {
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
    grpcUseTls: given.GRPCUseTLS,
    h2ping: given.H2PING,
    h2pingUseTls: given.H2PingUseTLS,
    osService: given.OSService,
    dockerContainerId: given.DockerContainerID,
    aliasNode: given.AliasNode,
    aliasService: given.AliasService,
  });
  if ((spec.type === 'script' || spec.type === 'docker') && !scriptChecksEnabled) {
    throw new KonsulError('REJECTED', isFromFile ? NO_LOCAL_SCRIPTS : NO_SCRIPTS);
  }
  return spec;
}
