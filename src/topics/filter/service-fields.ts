/** Selectors on service instances: `/v1/catalog/node`, `/v1/agent/services`, and `Service.` on service entries. */
import type { Service, Weights } from '../../model/service.ts';
import type { ServiceAddress } from '../../model/values.ts';
import {
  boolField,
  type Field,
  type FieldTable,
  mapField,
  numberField,
  structField,
  textField,
  textMapField,
  textsField,
} from './fields.ts';
import { proxyFields } from './proxy-fields.ts';

/** A value of `TaggedAddresses` of a service. */
export const serviceAddressField: Field<ServiceAddress> = structField((address: ServiceAddress) => address, {
  Address: textField((address) => address.address),
  Port: numberField((address) => address.port),
});

export const weightFields: FieldTable<Weights> = {
  Passing: numberField((weights) => weights.passing),
  Warning: numberField((weights) => weights.warning),
};

export const connectFields: FieldTable<Service> = { Native: boolField((service) => service.connectNative) };

export const serviceFields: FieldTable<Service> = {
  ID: textField((service) => service.id),
  Service: textField((service) => service.name),
  Kind: textField((service) => service.kind),
  Tags: textsField((service) => service.tags),
  Address: textField((service) => service.address),
  TaggedAddresses: mapField((service) => service.taggedAddresses, serviceAddressField),
  Meta: textMapField((service) => service.meta),
  Port: numberField((service) => service.port),
  SocketPath: textField((service) => service.socketPath),
  Weights: structField((service) => service.weights, weightFields),
  EnableTagOverride: boolField((service) => service.enableTagOverride),
  Proxy: structField((service) => service.proxy, proxyFields),
  Connect: structField((service) => service, connectFields),
  PeerName: textField(() => ''),
};
