/** The servers as their operator sees them (`/v1/operator/`). */
import type { Json } from '../model/values.ts';
import { stringifyJson } from '../wire/json.ts';
import type { ApiClient } from './api-client.ts';

export interface RaftServer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Leader: boolean;
  readonly ProtocolVersion: string;
  readonly Voter: boolean;
  /** The last entry it is known to have; absent in old servers. */
  readonly LastIndex?: number;
}

/** Names as in the API (`MaxTrailingLogs`); durations are texts. */
export type AutopilotConfig = { readonly [name: string]: Json };

export const readRaftServers = async (client: ApiClient): Promise<readonly RaftServer[]> =>
  (await client.json<{ readonly Servers: readonly RaftServer[] }>('GET', '/v1/operator/raft/configuration')).Servers;

export const readAutopilot = (client: ApiClient): Promise<AutopilotConfig> =>
  client.json<AutopilotConfig>('GET', '/v1/operator/autopilot/configuration');

/** Whether it was written: not if somebody changed it after `config` was read. */
export const writeAutopilot = (client: ApiClient, config: AutopilotConfig): Promise<boolean> =>
  client.json<boolean>('PUT', '/v1/operator/autopilot/configuration', {
    query: { cas: String(config.ModifyIndex ?? 0) },
    body: stringifyJson(config),
  });
