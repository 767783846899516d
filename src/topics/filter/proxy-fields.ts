/** Selectors on a service's `Proxy` object, which is kept as JSON and not understood: what is missing there is '' or 0. */
import type { Json } from '../../model/values.ts';
import { type FieldTable, numberField, structField, structsField, textField } from './fields.ts';

/** A JSON value, or `undefined` where there is none. */
type Given = Json | undefined;

function member(value: Given, name: string): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [key: string]: Json })[name];
}

function textAt(value: Given, name: string): string {
  const found = member(value, name);
  return typeof found === 'string' ? found : '';
}

function numberAt(value: Given, name: string): number {
  const found = member(value, name);
  return typeof found === 'number' ? found : 0;
}

function listAt(value: Given, name: string): readonly Json[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

const meshGatewayFields: FieldTable<Given> = { Mode: textField((gateway) => textAt(gateway, 'Mode')) };

const upstreamFields: FieldTable<Given> = {
  DestinationType: textField((upstream) => textAt(upstream, 'DestinationType')),
  DestinationNamespace: textField((upstream) => textAt(upstream, 'DestinationNamespace')),
  DestinationName: textField((upstream) => textAt(upstream, 'DestinationName')),
  Datacenter: textField((upstream) => textAt(upstream, 'Datacenter')),
  LocalBindAddress: textField((upstream) => textAt(upstream, 'LocalBindAddress')),
  LocalBindPort: numberField((upstream) => numberAt(upstream, 'LocalBindPort')),
  MeshGateway: structField((upstream) => member(upstream, 'MeshGateway'), meshGatewayFields),
};

export const proxyFields: FieldTable<Given> = {
  DestinationServiceName: textField((proxy) => textAt(proxy, 'DestinationServiceName')),
  DestinationServiceID: textField((proxy) => textAt(proxy, 'DestinationServiceID')),
  LocalServiceAddress: textField((proxy) => textAt(proxy, 'LocalServiceAddress')),
  LocalServicePort: numberField((proxy) => numberAt(proxy, 'LocalServicePort')),
  Mode: textField((proxy) => textAt(proxy, 'Mode')),
  MeshGateway: structField((proxy) => member(proxy, 'MeshGateway'), meshGatewayFields),
  Upstreams: structsField((proxy): readonly Given[] => listAt(proxy, 'Upstreams'), upstreamFields),
};
