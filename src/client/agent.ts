/** The agent that is asked, and the services it owns (`/v1/agent/`). */
import type { CheckStatus } from '../model/check.ts';
import type { StringMap } from '../model/values.ts';
import type { Query } from '../wire/api-path.ts';
import type { ApiClient } from './api-client.ts';

export interface Member {
  readonly Name: string;
  readonly Addr: string;
  readonly Port: number;
  readonly Tags: StringMap;
  /** 1 alive, 2 leaving, 3 left, 4 failed. */
  readonly Status: number;
  readonly ProtocolCur: number;
}

export interface AgentSelf {
  readonly Config: { readonly Datacenter: string; readonly NodeName: string };
  /** Groups of names and values, all texts. */
  readonly Stats?: Readonly<Record<string, StringMap>>;
}

export interface AgentCheck {
  readonly Node: string;
  readonly CheckID: string;
  readonly Notes: string;
  readonly ServiceID: string;
}

/** Who the agent is. */
export const readSelf = (client: ApiClient): Promise<AgentSelf> => client.json<AgentSelf>('GET', '/v1/agent/self');

/** The members of its cluster. */
export const readMembers = (client: ApiClient, query: Query): Promise<readonly Member[]> =>
  client.json<readonly Member[]>('GET', '/v1/agent/members', { query });

/** The checks it runs, by id. */
export const readChecks = (client: ApiClient): Promise<Readonly<Record<string, AgentCheck>>> =>
  client.json<Readonly<Record<string, AgentCheck>>>('GET', '/v1/agent/checks');

/** A command without an answer: `reload`, `leave`, `join/…`, `force-leave/…`, `maintenance`, … */
export async function tellAgent(client: ApiClient, action: string, query: Query = {}): Promise<void> {
  await client.request('PUT', `/v1/agent/${action}`, { query });
}

/** Registers a service with its checks; `body` is the JSON of the API. */
export async function registerService(client: ApiClient, body: string, query: Query = {}): Promise<void> {
  await client.request('PUT', '/v1/agent/service/register', { body, query });
}

/** Reports a TTL check. */
export async function reportCheck(
  client: ApiClient,
  id: string,
  { status, output }: { readonly status: CheckStatus; readonly output: string },
): Promise<void> {
  const body = JSON.stringify({ Status: status, Output: output });
  await client.request('PUT', `/v1/agent/check/update/${encodeURIComponent(id)}`, { body });
}

/** Deregisters a service and its checks. */
export const deregisterService = (client: ApiClient, id: string): Promise<void> =>
  tellAgent(client, `service/deregister/${encodeURIComponent(id)}`);
