/** The configuration that an assembly runs with: every value in the unit the code uses, defaults filled in, contradictions refused. */
import { ipFamily, isUnspecified } from '../model/ip.ts';
import { metadataProblem } from '../model/metadata.ts';
import type { StringMap } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { LOG_LEVELS, type LogLevel } from '../runtime/log-line.ts';
import type { ConfigValues } from './load.ts';
import type { OptionDefinition } from './option.ts';
import { schema } from './schema.ts';

export interface AgentConfig {
  readonly isDev: boolean;
  readonly datacenter: string;
  readonly nodeName: string;
  /** '' until made by the assembly. */
  readonly nodeId: string;
  readonly nodeMeta: StringMap;
  /** The address shown to others. */
  readonly advertiseAddress: string;
  readonly clientAddresses: readonly string[];
  /** -1: off. */
  readonly httpPort: number;
  readonly serverPort: number;
  /** '' in development mode. */
  readonly dataDir: string;
  readonly engine: string;
  readonly logLevel: LogLevel;
  readonly isLogJson: boolean;
  /** '' for none. */
  readonly pidFile: string;
  readonly defaultQueryTimeMs: number;
  readonly maxQueryTimeMs: number;
  readonly sessionTtlMinMs: number;
  readonly enableScriptChecks: boolean;
  readonly checkUpdateIntervalMs: number;
  readonly checkOutputMaxBytes: number;
  readonly registerWaitMs: number;
  readonly fullSyncIntervalMs: number;
  readonly maxConnectionsPerClient: number;
  readonly kvMaxValueBytes: number;
  readonly txnMaxBytes: number;
}

/** What the configuration takes from the machine where it says nothing. */
export interface Machine {
  readonly hostName: string;
  /** The first private address, or a loopback one. */
  readonly address: string;
}

const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws CONFIG_INVALID with all problems found, a line each. */
export function agentConfig(values: ConfigValues, machine: Machine): AgentConfig {
  const problems = problemsOf(values);
  if (problems.length > 0) throw new KonsulError('CONFIG_INVALID', problems.join('\n'));
  const isDev = values.get(schema.dev);
  return Object.freeze({
    isDev,
    datacenter: values.get(schema.datacenter).toLowerCase(),
    nodeName: values.get(schema.nodeName) || machine.hostName,
    nodeId: values.get(schema.nodeId).toLowerCase(),
    nodeMeta: values.get(schema.nodeMeta),
    advertiseAddress: advertiseAddress(values, machine),
    clientAddresses: words(values.get(schema.clientAddr)),
    httpPort: values.get(schema.httpPort),
    serverPort: values.get(schema.serverPort),
    dataDir: values.get(schema.dataDir),
    engine: isDev && !values.isSet(schema.storeEngine) ? 'memory' : values.get(schema.storeEngine),
    logLevel: logLevel(values),
    isLogJson: values.get(schema.logJson),
    pidFile: values.get(schema.pidFile),
    ...limits(values),
  });
}

const limits = (
  values: ConfigValues,
): Pick<
  AgentConfig,
  | 'defaultQueryTimeMs'
  | 'maxQueryTimeMs'
  | 'sessionTtlMinMs'
  | 'enableScriptChecks'
  | 'checkUpdateIntervalMs'
  | 'checkOutputMaxBytes'
  | 'registerWaitMs'
  | 'fullSyncIntervalMs'
  | 'maxConnectionsPerClient'
  | 'kvMaxValueBytes'
  | 'txnMaxBytes'
> => ({
  defaultQueryTimeMs: values.get(schema.defaultQueryTime),
  maxQueryTimeMs: values.get(schema.maxQueryTime),
  sessionTtlMinMs: values.get(schema.sessionTtlMin),
  enableScriptChecks: values.get(schema.enableScriptChecks),
  checkUpdateIntervalMs: values.get(schema.checkUpdateInterval),
  checkOutputMaxBytes: values.get(schema.checkOutputMaxSize),
  registerWaitMs: values.get(schema.registerWait),
  fullSyncIntervalMs: values.get(schema.fullSyncInterval),
  maxConnectionsPerClient: values.get(schema.maxConnsPerClient),
  kvMaxValueBytes: values.get(schema.kvMaxValueSize),
  txnMaxBytes: values.get(schema.txnMaxReqLen),
});

/** `err` is Consul's old name of `error`. Anything else is refused before it is used. */
function logLevel(values: ConfigValues): LogLevel {
  const word = values.get(schema.logLevel).toLowerCase();
  return (word === 'err' ? 'error' : word) as LogLevel;
}

function advertiseAddress(values: ConfigValues, machine: Machine): string {
  const bind = values.get(schema.bindAddr);
  const given = values.get(schema.advertiseAddr) || (isUnspecified(bind) ? '' : bind);
  return given || (values.get(schema.dev) ? LOOPBACK : machine.address);
}

function problemsOf(values: ConfigValues): string[] {
  const problems: string[] = [];
  const refuse = (holds: boolean, text: string): void => void (holds && problems.push(text));
  const isDev = values.get(schema.dev);
  refuse(!isDev && !values.get(schema.server), 'this version runs servers only: add -server (with -data-dir), or -dev to try it out');
  refuse(!isDev && values.get(schema.dataDir) === '', 'data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out');
  refuse(
    values.get(schema.bootstrapExpect) > 1,
    'bootstrap_expect: several servers need a shared store, which this version does not have; use 1',
  );
  refuse(values.get(schema.bootstrapExpect) < 0, 'bootstrap_expect: must not be negative');
  refuse(!/^[a-z0-9_-]+$/i.test(values.get(schema.datacenter)), 'datacenter: may hold letters, digits, - and _ only');
  refuse(!LOG_LEVELS.includes(logLevel(values)), `log_level: must be one of ${LOG_LEVELS.join(', ')}`);
  refuse(!['lmdb', 'memory'].includes(values.get(schema.storeEngine)), 'store.engine: must be lmdb or memory');
  for (const option of [schema.httpPort, schema.dnsPort, schema.serverPort]) {
    const port = values.get(option);
    refuse(port < -1 || port > MAX_PORT, `${option.key}: must be a port from 0 to ${MAX_PORT}, or -1 for off`);
  }
  for (const option of [schema.checkOutputMaxSize, schema.kvMaxValueSize, schema.txnMaxReqLen]) {
    refuse(values.get(option) < 1, `${option.key}: must be at least 1`);
  }
  refuse(values.get(schema.maxConnsPerClient) < 0, `${schema.maxConnsPerClient.key}: must not be negative; 0 means no limit`);
  refuse(values.get(schema.clientAddr).trim() === '', 'client_addr: must name an address; -http-port=-1 switches the HTTP API off');
  problems.push(...addressProblems(values));
  const id = values.get(schema.nodeId);
  refuse(id !== '' && !UUID.test(id), mustBe('a UUID', schema.nodeId, [id]));
  const metaProblem = metadataProblem(values.get(schema.nodeMeta));
  refuse(metaProblem !== undefined, `node_meta: ${metaProblem}`);
  return problems;
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** In the words of `loadConfig`: key, what is expected, what was given, an example. */
const mustBe = (what: string, { key, example }: OptionDefinition, given: readonly string[]): string =>
  `${key}: must be ${what}, not ${given.map((text) => JSON.stringify(text)).join(', ')} (for example ${example})`;

/** No name is looked up, so only the one that means this machine everywhere is taken. */
function addressProblems(values: ConfigValues): string[] {
  const [bind, advertise] = [values.get(schema.bindAddr), values.get(schema.advertiseAddr)];
  const strangers = words(values.get(schema.clientAddr)).filter((text) => text !== 'localhost' && ipFamily(text) === undefined);
  return [
    ipFamily(bind) === undefined ? mustBe('an IP address', schema.bindAddr, [bind]) : '',
    advertise !== '' && ipFamily(advertise) === undefined ? mustBe('an IP address', schema.advertiseAddr, [advertise]) : '',
    strangers.length > 0 ? mustBe('IP addresses or localhost', schema.clientAddr, strangers) : '',
  ].filter(Boolean);
}
