/** Consul's JSON of nodes, services and checks, as the catalog and health endpoints show them (spec section 2). */
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { Locality, ServiceAddress, StringMap } from '../model/values.ts';
import { mapJson, quote, stringifyJson } from './json.ts';

const NO_PROXY = '{"Mode":"","MeshGateway":{},"Expose":{}}';

const textMap = (map: StringMap): string => mapJson(map, quote);
const orNull = (map: StringMap | undefined): string => (map === undefined ? 'null' : textMap(map));
const texts = (list: readonly string[]): string => (list.length === 0 ? '[]' : `[${list.map(quote).join(',')}]`);
const indexes = ({ createIndex, modifyIndex }: { createIndex: number; modifyIndex: number }): string =>
  `"CreateIndex":${createIndex},"ModifyIndex":${modifyIndex}`;

export const localityJson = ({ region, zone }: Locality): string =>
  `{${[region && `"Region":${quote(region)}`, zone && `"Zone":${quote(zone)}`].filter(Boolean).join(',')}}`;

export const serviceAddressesJson = (addresses: Readonly<Record<string, ServiceAddress>>): string =>
  mapJson(addresses, ({ address, port }) => `{"Address":${quote(address)},"Port":${port}}`);

const weightsJson = ({ passing, warning }: ServiceDefinition['weights']): string => `{"Passing":${passing},"Warning":${warning}}`;
const connectJson = (isNative: boolean): string => (isNative ? '{"Native":true}' : '{}');
const proxyJson = ({ proxy }: ServiceDefinition): string => (proxy === undefined ? NO_PROXY : stringifyJson(proxy));

/** `Node` of health, catalog/nodes and catalog/node. */
export function nodeJson(node: Node, datacenter: string): string {
  const { id, name, address, taggedAddresses, meta, locality } = node;
  return (
    `{"ID":${quote(id)},"Node":${quote(name)},"Address":${quote(address)},"Datacenter":${quote(datacenter)},` +
    `"TaggedAddresses":${orNull(taggedAddresses)},"Meta":${orNull(meta)},` +
    `${locality === undefined ? '' : `"Locality":${localityJson(locality)},`}${indexes(node)}}`
  );
}

/** `Service` of health and catalog/node (NodeService). */
export function serviceJson(service: Service): string {
  const { kind, id, name, tags, address, taggedAddresses, meta, port, socketPath, locality } = service;
  return (
    `{${kind === '' ? '' : `"Kind":${quote(kind)},`}"ID":${quote(id)},"Service":${quote(name)},"Tags":${texts(tags)},` +
    `"Address":${quote(address)},${taggedAddresses === undefined ? '' : `"TaggedAddresses":${serviceAddressesJson(taggedAddresses)},`}` +
    `"Meta":${orNull(meta)},${port === 0 ? '' : `"Port":${port},`}${socketPath === '' ? '' : `"SocketPath":${quote(socketPath)},`}` +
    `"Weights":${weightsJson(service.weights)},"EnableTagOverride":${service.enableTagOverride},"Proxy":${proxyJson(service)},` +
    `"Connect":${connectJson(service.connectNative)},"PeerName":"",` +
    `${locality === undefined ? '' : `"Locality":${localityJson(locality)},`}${indexes(service)}}`
  );
}

/** One element of catalog/service (ServiceNode, flat). */
export function serviceNodeJson({ node, service }: { readonly node: Node; readonly service: Service }, datacenter: string): string {
  const { taggedAddresses, locality } = service;
  return (
    `{"ID":${quote(node.id)},"Node":${quote(node.name)},"Address":${quote(node.address)},"Datacenter":${quote(datacenter)},` +
    `"TaggedAddresses":${orNull(node.taggedAddresses)},"NodeMeta":${orNull(node.meta)},"ServiceKind":${quote(service.kind)},` +
    `"ServiceID":${quote(service.id)},"ServiceName":${quote(service.name)},"ServiceTags":${texts(service.tags)},` +
    `"ServiceAddress":${quote(service.address)},` +
    `${taggedAddresses === undefined ? '' : `"ServiceTaggedAddresses":${serviceAddressesJson(taggedAddresses)},`}` +
    `"ServiceWeights":${weightsJson(service.weights)},"ServiceMeta":${textMap(service.meta ?? {})},"ServicePort":${service.port},` +
    `"ServiceSocketPath":${quote(service.socketPath)},"ServiceEnableTagOverride":${service.enableTagOverride},` +
    `"ServiceProxy":${proxyJson(service)},"ServiceConnect":${connectJson(service.connectNative)},` +
    `"ServiceLocality":${locality === undefined ? 'null' : localityJson(locality)},${indexes(service)}}`
  );
}

/** HealthCheck. */
export function checkJson(check: Check): string {
  const { node, id, name, status, notes, output, serviceId, serviceName, serviceTags, type, interval, timeout, definition } = check;
  return (
    `{"Node":${quote(node)},"CheckID":${quote(id)},"Name":${quote(name)},"Status":"${status}","Notes":${quote(notes)},` +
    `"Output":${quote(output)},"ServiceID":${quote(serviceId)},"ServiceName":${quote(serviceName)},"ServiceTags":${texts(serviceTags)},` +
    `"Type":${quote(type)},"Interval":${quote(interval)},"Timeout":${quote(timeout)},"ExposedPort":${check.exposedPort},` +
    `"Definition":${definition === undefined ? '{}' : stringifyJson(definition)},${indexes(check)}}`
  );
}

/** One element of health/service. */
export function serviceEntryJson(
  { node, service, checks }: { readonly node: Node; readonly service: Service; readonly checks: readonly Check[] },
  datacenter: string,
): string {
  return `{"Node":${nodeJson(node, datacenter)},"Service":${serviceJson(service)},"Checks":[${checks.map(checkJson).join(',')}]}`;
}
