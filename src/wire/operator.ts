/** Consul's JSON of what operators ask: the servers, how they do, and the autopilot's configuration (spec section 14). */
import { API_LEVEL } from '../model/api-level.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { Setting } from '../model/setting.ts';
import type { Json, Uint64 } from '../model/values.ts';
import { mapJson, quote, stringifyJson } from './json.ts';
import { bool, duration, object, type Schema, text, uint64 } from './schema.ts';

/** A server of the cluster. */
export interface ServerFacts {
  readonly id: string;
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  readonly isLeader: boolean;
  readonly term: number;
  readonly lastIndex: number;
  /** RFC 3339, in whole seconds. */
  readonly stableSince: string;
}

/** A member of raft/configuration. */
export const raftServerJson = ({ id, name, address, isLeader, lastIndex }: ServerFacts): string =>
  `{"ID":${quote(id)},"Node":${quote(name)},"Address":${quote(address)},"Leader":${isLeader},"ProtocolVersion":"3","Voter":true,"LastIndex":${lastIndex}}`;

/** A member of autopilot/health; `isHealthy`: it knows a leader. */
export const serverHealthJson = (server: ServerFacts, isHealthy: boolean): string =>
  `{"ID":${quote(server.id)},"Name":${quote(server.name)},"Address":${quote(server.address)},"SerfStatus":"alive",` +
  `"Version":"${API_LEVEL}","Leader":${server.isLeader},${progressJson(server, isHealthy)},"Voter":true,"StableSince":"${server.stableSince}"}`;

/** A member of autopilot/state. */
export const serverStateJson = (server: ServerFacts, isHealthy: boolean): string =>
  `{"ID":${quote(server.id)},"Name":${quote(server.name)},"Address":${quote(server.address)},"NodeStatus":"alive",` +
  `"Version":"${API_LEVEL}",${progressJson(server, isHealthy)},"StableSince":"${server.stableSince}","ReadReplica":false,` +
  `"Status":"${server.isLeader ? 'leader' : 'voter'}","Meta":{},"NodeType":"voter"}`;

/** It hears itself, so its last contact is now. */
const progressJson = ({ term, lastIndex }: ServerFacts, isHealthy: boolean): string =>
  `"LastContact":"0s","LastTerm":${term},"LastIndex":${lastIndex},"Healthy":${isHealthy}`;

/** Numbers of the catalog, as operator/usage shows them. */
export interface UsageCounts {
  readonly nodes: number;
  readonly services: number;
  readonly instances: number;
  /** Instances that are neither Consul's own nor proxies and gateways. */
  readonly billableInstances: number;
  /** By kind: `connect-native` and the kinds of proxies. */
  readonly meshInstances: Readonly<Record<string, number>>;
}

export const usageJson = ({ nodes, services, instances, billableInstances, meshInstances }: UsageCounts): string =>
  `{"Services":${services},"ServiceInstances":${instances},"ConnectServiceInstances":${mapJson(meshInstances)},` +
  `"BillableServiceInstances":${billableInstances},"Nodes":${nodes}}`;

export interface AutopilotBody {
  readonly CleanupDeadServers?: boolean;
  readonly LastContactThreshold?: number;
  readonly MaxTrailingLogs?: Uint64;
  readonly MinQuorum?: Uint64;
  readonly ServerStabilizationTime?: number;
  readonly RedundancyZoneTag?: string;
  readonly DisableUpgradeMigration?: boolean;
  readonly UpgradeVersionTag?: string;
}

/** The body of an autopilot configuration. */
export const autopilotBody: Schema<AutopilotBody> = object({
  CleanupDeadServers: bool(),
  LastContactThreshold: duration(),
  MaxTrailingLogs: uint64(),
  MinQuorum: uint64(),
  ServerStabilizationTime: duration(),
  RedundancyZoneTag: text(),
  DisableUpgradeMigration: bool(),
  UpgradeVersionTag: text(),
  CreateIndex: uint64(),
  ModifyIndex: uint64(),
});

type Autopilot = { readonly [member: string]: Json };

/** A whole configuration, as it is kept and shown; what the body leaves out is zero, as in Consul. */
export const autopilotFrom = (body: AutopilotBody): Autopilot => ({
  CleanupDeadServers: body.CleanupDeadServers ?? false,
  LastContactThreshold: formatDurationNs(body.LastContactThreshold ?? 0),
  MaxTrailingLogs: body.MaxTrailingLogs ?? 0,
  MinQuorum: body.MinQuorum ?? 0,
  ServerStabilizationTime: formatDurationNs(body.ServerStabilizationTime ?? 0),
  RedundancyZoneTag: body.RedundancyZoneTag ?? '',
  DisableUpgradeMigration: body.DisableUpgradeMigration ?? false,
  UpgradeVersionTag: body.UpgradeVersionTag ?? '',
});

/** What holds until a configuration is put: Consul's defaults. */
const UNSET: Pick<Setting, 'value' | 'createIndex' | 'modifyIndex'> = {
  value: autopilotFrom({ CleanupDeadServers: true, LastContactThreshold: 200e6, MaxTrailingLogs: 250, ServerStabilizationTime: 10e9 }),
  createIndex: 0,
  modifyIndex: 0,
};

/** The configuration with its indexes; of `undefined`, Consul's defaults with indexes 0. */
export function autopilotJson(setting: Setting | undefined): string {
  const { value, createIndex, modifyIndex } = setting ?? UNSET;
  return stringifyJson({ ...value, CreateIndex: createIndex, ModifyIndex: modifyIndex });
}
