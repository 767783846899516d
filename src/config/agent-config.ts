/** The configuration that an assembly runs with: every value in the unit the code uses, defaults filled in, contradictions refused. */
import { isUnspecified } from '../model/ip.ts';
import type { StringMap } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type InterfaceAddress, lookUpAddresses } from './address-template.ts';
import type { ConfigValues } from './config-values.ts';
import type { Definition } from './definition.ts';
import type { OptionDefinition, OptionValue, TextOption } from './option.ts';
import { advertiseAddr, bindAddr, clientAddr, httpAddresses, serfLanPort, serverPort } from './options/address.ts';
import {
  autoReloadConfig,
  datacenter,
  dataDir,
  dev,
  disableCoordinates,
  nodeId,
  nodeMeta,
  nodeName,
  pidFile,
  server,
  sessionTtlMin,
  storeEngine,
} from './options/node.ts';
import { type CacheConfig, cacheConfig } from './parts/cache.ts';
import { type ChecksConfig, checksConfig } from './parts/checks.ts';
import { type HttpConfig, httpConfig } from './parts/http.ts';
import { type LeaveConfig, leaveConfig } from './parts/leave.ts';
import { type LinkConfig, linkConfig, linkWarnings } from './parts/link.ts';
import { type LivenessConfig, livenessConfig } from './parts/liveness.ts';
import { type LogConfig, logConfig } from './parts/log.ts';
import { type ReadsConfig, readsConfig } from './parts/reads.ts';
import { type SyncConfig, syncConfig } from './parts/sync.ts';
import { type TelemetryConfig, telemetryConfig } from './parts/telemetry.ts';
import { configProblems, roleProblems } from './refused.ts';

export interface AgentConfig {
  /** Implies `isServer`. */
  readonly isDev: boolean;
  /** Else it is the agent of a node, which links to servers. */
  readonly isServer: boolean;
  readonly datacenter: string;
  readonly nodeName: string;
  /** '' until made by the assembly. */
  readonly nodeId: string;
  /** Reloadable. */
  readonly nodeMeta: StringMap;
  /** The address shown to others. */
  readonly advertiseAddress: string;
  readonly serverPort: number;
  /** Shown as the port of members. */
  readonly serfLanPort: number;
  /** '' in development mode. */
  readonly dataDir: string;
  /** '' on agents. */
  readonly engine: string;
  /** '' for none. */
  readonly pidFile: string;
  readonly sessionTtlMinMs: number;
  /** Whether a changed file is a reason to reload. */
  readonly autoReload: boolean;
  readonly coordinatesEnabled: boolean;
  readonly http: HttpConfig;
  readonly log: LogConfig;
  readonly checks: ChecksConfig;
  readonly leave: LeaveConfig;
  readonly telemetry: TelemetryConfig;
  readonly sync: SyncConfig;
  readonly link: LinkConfig;
  readonly cache: CacheConfig;
  readonly liveness: LivenessConfig;
  readonly reads: ReadsConfig;
  /** Services, checks and watches of the files, raw. Reloadable. */
  readonly definitions: readonly Definition[];
  /** What should be logged at the start and at a reload, a line each. */
  readonly warnings: readonly string[];
  /** What was given, for `shown-config.ts` and `reload.ts`. */
  readonly values: ConfigValues;
}

/** What the configuration takes from the machine where it says nothing. */
export interface Machine {
  readonly hostName: string;
  /** The first private address, or a loopback one. */
  readonly address: string;
  /** Every address, for those that the configuration looks up; absent: none. */
  readonly interfaces?: readonly InterfaceAddress[];
}

const LOOPBACK = '127.0.0.1';

/** Throws CONFIG_INVALID with all problems found, a line each. */
export function agentConfig(given: ConfigValues, machine: Machine): AgentConfig {
  const { values, problems: unknownAddresses } = withAddresses(given, machine);
  const problems = [...roleProblems(values), ...configProblems(values), ...unknownAddresses];
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  const isServer = servesAs(values);
  const parts = partsOf(values);
  return Object.freeze({
    isDev: values.get(dev),
    isServer,
    datacenter: values.get(datacenter).toLowerCase(),
    nodeName: values.get(nodeName) || machine.hostName,
    nodeId: values.get(nodeId).toLowerCase(),
    nodeMeta: values.get(nodeMeta),
    advertiseAddress: advertiseAddress(values, machine),
    serverPort: values.get(serverPort),
    serfLanPort: values.get(serfLanPort),
    dataDir: values.get(dataDir),
    engine: isServer ? engineOf(values) : '',
    pidFile: values.get(pidFile),
    sessionTtlMinMs: values.get(sessionTtlMin),
    autoReload: values.get(autoReloadConfig),
    coordinatesEnabled: !values.get(disableCoordinates),
    ...parts,
    definitions: values.definitions,
    warnings: [...values.warnings, ...configWarnings(values)],
    values,
  });
}

/** What should be known of this configuration beyond what its readers found, a line each. */
export const configWarnings = (values: ConfigValues): readonly string[] => linkWarnings(values, servesAs(values));

const servesAs = (values: ConfigValues): boolean => values.get(dev) || values.get(server);

const engineOf = (values: ConfigValues): string =>
  values.get(dev) && !values.isSet(storeEngine) ? 'memory' : values.get(storeEngine).toLowerCase();

const ADDRESS_OPTIONS: readonly TextOption[] = [bindAddr, advertiseAddr, clientAddr, httpAddresses];

/** The addresses that the configuration looks up on the machine, looked up. */
function withAddresses(
  values: ConfigValues,
  { interfaces = [] }: Machine,
): { readonly values: ConfigValues; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const found = new Map<OptionDefinition, OptionValue>();
  for (const option of ADDRESS_OPTIONS.filter((each) => values.isSet(each))) {
    const looked = lookUpAddresses(values.get(option), interfaces);
    if ('problem' in looked) problems.push(`${values.where(option)}: ${looked.problem}`);
    else found.set(option, looked.value);
  }
  return { values: values.with(found), problems };
}

type Parts = Pick<AgentConfig, 'http' | 'log' | 'checks' | 'leave' | 'telemetry' | 'sync' | 'link' | 'cache' | 'liveness' | 'reads'>;

const partsOf = (values: ConfigValues): Parts => ({
  http: Object.freeze(httpConfig(values)),
  log: Object.freeze(logConfig(values)),
  checks: Object.freeze(checksConfig(values)),
  leave: Object.freeze(leaveConfig(values, servesAs(values))),
  telemetry: Object.freeze(telemetryConfig(values)),
  sync: Object.freeze(syncConfig(values)),
  link: Object.freeze(linkConfig(values, servesAs(values))),
  cache: Object.freeze(cacheConfig(values)),
  liveness: Object.freeze(livenessConfig(values)),
  reads: Object.freeze(readsConfig(values)),
});

function advertiseAddress(values: ConfigValues, machine: Machine): string {
  const bind = values.get(bindAddr);
  const given = values.get(advertiseAddr) || (isUnspecified(bind) ? '' : bind);
  return given || (values.get(dev) ? LOOPBACK : machine.address);
}
