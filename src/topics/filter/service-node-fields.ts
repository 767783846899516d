/** Selectors on instances in their flat form: `/v1/catalog/service`, `/v1/catalog/connect`, `/v1/catalog/services`. */
import type { ServiceNode } from '../entries.ts';
import { boolField, type FieldTable, mapField, numberField, structField, textField, textMapField, textsField } from './fields.ts';
import { proxyFields } from './proxy-fields.ts';
import { connectFields, serviceAddressField, weightFields } from './service-fields.ts';

export const serviceNodeFields: FieldTable<ServiceNode> = {
  ID: textField(({ node }) => node.id),
  Node: textField(({ node }) => node.name),
  Address: textField(({ node }) => node.address),
  Datacenter: textField((_, { datacenter }) => datacenter),
  TaggedAddresses: textMapField(({ node }) => node.taggedAddresses),
  NodeMeta: textMapField(({ node }) => node.meta),
  ServiceKind: textField(({ service }) => service.kind),
  ServiceID: textField(({ service }) => service.id),
  ServiceName: textField(({ service }) => service.name),
  ServiceTags: textsField(({ service }) => service.tags),
  ServiceAddress: textField(({ service }) => service.address),
  ServiceTaggedAddresses: mapField(({ service }) => service.taggedAddresses, serviceAddressField),
  ServiceWeights: structField(({ service }) => service.weights, weightFields),
  ServiceMeta: textMapField(({ service }) => service.meta),
  ServicePort: numberField(({ service }) => service.port),
  ServiceSocketPath: textField(({ service }) => service.socketPath),
  ServiceEnableTagOverride: boolField(({ service }) => service.enableTagOverride),
  ServiceProxy: structField(({ service }) => service.proxy, proxyFields),
  ServiceConnect: structField(({ service }) => service, connectFields),
  PeerName: textField(() => ''),
};
