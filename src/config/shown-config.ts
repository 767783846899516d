/** The configuration as `/v1/agent/self` shows it under `DebugConfig`: by Consul's names, durations as Go writes them, no secrets. */
import { formatDurationNs } from '../model/duration.ts';
import type { Json } from '../model/values.ts';
import type { AgentConfig } from './agent-config.ts';
import { withPort } from './link-address.ts';
import type { OptionDefinition, OptionValue } from './option.ts';
import { wordsOf } from './option-rules.ts';
import { clientAddr, serfLanPort } from './options/address.ts';
import { options } from './schema.ts';

type Shown = { [key: string]: Json };

/** Options of Consul by its names, Konsul's own under `Konsul` by their keys. The caller may add what it knows beyond the configuration. */
export function shownConfig(config: AgentConfig): { readonly [key: string]: Json } {
  const shown: Shown = {};
  const own: Shown = {};
  for (const option of options) {
    const value = shownValue(option, config.values.get(option));
    if (option.shownAs === undefined) own[option.key] = value;
    else place(shown, option.shownAs, value);
  }
  for (const [name, value] of Object.entries(decided(config))) place(shown, name, value);
  return { ...shown, Konsul: own };
}

function shownValue({ isSecret, type }: OptionDefinition, value: OptionValue): Json {
  if (isSecret) return 'hidden';
  if (type === 'duration') return formatDurationNs(Number(value) * 1e6);
  return value as Json;
}

/** `name` has at most one dot. */
function place(into: Shown, name: string, value: Json): void {
  const [group = '', member] = name.split('.');
  if (member === undefined) into[group] = value;
  else into[group] = { ...(into[group] as Shown | undefined), [member]: value };
}

/** What Consul shows in another form than it is written, or as it was decided. */
function decided(config: AgentConfig): Shown {
  const { http, telemetry } = config;
  const rules = (sign: string): string[] => telemetry.rules.filter((rule) => rule.startsWith(sign)).map((rule) => rule.slice(1));
  return {
    AdvertiseAddrLAN: config.advertiseAddress,
    Bootstrap: config.isServer,
    ClientAddrs: [...wordsOf(config.values.get(clientAddr))],
    Datacenter: config.datacenter,
    DNSAddrs: [],
    DNSPort: -1,
    EnableUI: false,
    HTTPAddrs: http.addresses.flatMap((address) => httpAddress(address, http.port)),
    HTTPSAddrs: [],
    'Logging.LogLevel': config.log.level,
    LeaveOnTerm: config.leave.onTerminate,
    LogLevel: config.log.level,
    NodeID: config.nodeId,
    NodeName: config.nodeName,
    ...serfAddress(config),
    ServerMode: config.isServer,
    SkipLeaveOnInt: !config.leave.onInterrupt,
    StoreEngine: config.engine,
    'Telemetry.AllowedPrefixes': rules('+'),
    'Telemetry.BlockedPrefixes': rules('-'),
    'UIConfig.Enabled': false,
  };
}

/** Where others may link to, in the form in which tools look for it: only where that port is one for links. */
const serfAddress = ({ advertiseAddress, serfLanPort: port, isServer, values }: AgentConfig): Shown =>
  isServer && values.isSet(serfLanPort) && port > 0 ? { SerfAdvertiseAddrLAN: `tcp://${withPort(advertiseAddress, port)}` } : {};

/** Sockets as they are written, IP addresses with the port; nothing if that is switched off. */
function httpAddress(address: string, port: number): string[] {
  if (address.startsWith('unix://')) return [address];
  return port < 0 ? [] : [`tcp://${withPort(address, port)}`];
}
