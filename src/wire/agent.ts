/** Consul's JSON of what an agent tells of itself: its services, their local health, and the members it knows (spec section 5). */
import type { Check } from '../model/check.ts';
import type { Service } from '../model/service.ts';
import type { StringMap } from '../model/values.ts';
import { localityJson, serviceAddressesJson } from './catalog.ts';
import { mapJson, quote, stringifyJson } from './json.ts';

/** What an `AgentService` shows besides the service. */
export interface AgentServiceContext {
  readonly datacenter: string;
  /** Shown where one service is asked for; `undefined` leaves it out. */
  readonly contentHash?: string;
}

/** AgentService: of agent/services, agent/service and agent/health/service. */
export function agentServiceJson(service: Service, { datacenter, contentHash }: AgentServiceContext): string {
  const { kind, taggedAddresses, socketPath, weights, proxy, locality } = service;
  const members = [
    kind && `"Kind":${quote(kind)}`,
    `"ID":${quote(service.id)},"Service":${quote(service.name)},"Tags":${texts(service.tags)}`,
    `"Meta":${mapJson(service.meta ?? {}, quote)},"Port":${service.port},"Address":${quote(service.address)}`,
    socketPath && `"SocketPath":${quote(socketPath)}`,
    taggedAddresses && `"TaggedAddresses":${serviceAddressesJson(taggedAddresses)}`,
    `"Weights":{"Passing":${weights.passing},"Warning":${weights.warning}},"EnableTagOverride":${service.enableTagOverride}`,
    contentHash && `"ContentHash":${quote(contentHash)}`,
    kind && proxy !== undefined && `"Proxy":${stringifyJson(proxy)}`,
    service.connectNative && '"Connect":{"Native":true}',
    `"Datacenter":${quote(datacenter)}`,
    locality && `"Locality":${localityJson(locality)}`,
  ];
  return `{${members.filter(Boolean).join(',')}}`;
}

/** A check in agent/health/service: as elsewhere, but without interval and time-out. */
export function localCheckJson(check: Check): string {
  return (
    `{"Node":${quote(check.node)},"CheckID":${quote(check.id)},"Name":${quote(check.name)},"Status":"${check.status}",` +
    `"Notes":${quote(check.notes)},"Output":${quote(check.output)},"ServiceID":${quote(check.serviceId)},` +
    `"ServiceName":${quote(check.serviceName)},"ServiceTags":${texts(check.serviceTags)},"Type":${quote(check.type)},` +
    `"ExposedPort":${check.exposedPort},"Definition":{},"CreateIndex":0,"ModifyIndex":0}`
  );
}

/** What the JSON needs of a member; the API's `Member` is one. */
export interface ShownMember {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly tags: StringMap;
  readonly status: number;
}

/** The protocol versions that every Consul of this API level states. */
const PROTOCOLS = '"ProtocolMin":1,"ProtocolMax":5,"ProtocolCur":2,"DelegateMin":2,"DelegateMax":5,"DelegateCur":4';

/** A member of agent/members and agent/self. */
export const memberJson = ({ name, address, port, tags, status }: ShownMember): string =>
  `{"Name":${quote(name)},"Addr":${quote(address)},"Port":${port},"Tags":${mapJson(tags, quote)},"Status":${status},${PROTOCOLS}}`;

const texts = (list: readonly string[]): string => `[${list.map(quote).join(',')}]`;
