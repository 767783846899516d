/** A service in a request body, as the catalog shows it (NodeService). */
import { isUnspecified } from '../model/ip.ts';
import { metadataProblem } from '../model/metadata.ts';
import { DEFAULT_WEIGHTS, type ServiceDefinition } from '../model/service.ts';
import type { Json, ServiceAddress, StringMap } from '../model/values.ts';
import { type LocalityBody, localityBody, localityFrom } from './locality-body.ts';
import { bool, int, list, map, object, opaque, type Schema, stringMap, text, uint64 } from './schema.ts';

interface AddressBody {
  readonly Address?: string;
  readonly Port?: number;
}

interface WeightsBody {
  readonly Passing?: number;
  readonly Warning?: number;
}

export interface ServiceBody {
  readonly Kind?: string;
  readonly ID?: string;
  readonly Service?: string;
  readonly Tags?: readonly string[];
  readonly Address?: string;
  readonly TaggedAddresses?: Readonly<Record<string, AddressBody>>;
  readonly Meta?: StringMap;
  readonly Port?: number;
  readonly SocketPath?: string;
  readonly Weights?: WeightsBody;
  readonly EnableTagOverride?: boolean;
  readonly Proxy?: Readonly<Record<string, Json>>;
  readonly Connect?: { readonly Native?: boolean };
  readonly Locality?: LocalityBody;
  readonly ModifyIndex?: number | bigint;
}

const serviceAddress: Schema<AddressBody> = object({ Address: text(), Port: int() });

export const serviceBody: Schema<ServiceBody> = object({
  Kind: text(),
  ID: text({ description: 'Default: the name' }),
  Service: text({ description: 'The name' }),
  Tags: list(text()),
  Address: text(),
  TaggedAddresses: map(serviceAddress),
  Meta: stringMap(),
  Port: int(),
  SocketPath: text(),
  Weights: object({ Passing: int(), Warning: int() }),
  EnableTagOverride: bool(),
  Proxy: map(opaque(), { description: 'Kept and shown, not understood' }),
  Connect: object({ Native: bool() }, { lenient: true }),
  Locality: localityBody,
  PeerName: text(),
  CreateIndex: uint64(),
  ModifyIndex: uint64(),
});

/** What is wrong with a service, in Consul's words; `undefined` if nothing is. `node` names its node. */
export function serviceProblem(given: ServiceBody, node: string): string | undefined {
  if (!given.Service) return 'Must provide service name (Service.Service) when service ID is provided';
  if (isUnspecified(given.Address ?? '')) return 'Invalid service address';
  const problem = metadataProblem(given.Meta ?? {});
  return problem && `Invalid Service Meta for node ${node} and serviceID ${given.ID || given.Service}: ${problem}`;
}

export function serviceFrom(given: ServiceBody): ServiceDefinition {
  return {
    id: given.ID || (given.Service ?? ''),
    name: given.Service ?? '',
    kind: given.Kind ?? '',
    tags: given.Tags ?? [],
    address: given.Address ?? '',
    port: given.Port ?? 0,
    socketPath: given.SocketPath ?? '',
    taggedAddresses: given.TaggedAddresses === undefined ? undefined : addressesFrom(given.TaggedAddresses),
    meta: given.Meta,
    weights: weightsFrom(given.Weights),
    enableTagOverride: given.EnableTagOverride ?? false,
    proxy: saysNothing(given.Proxy ?? null) ? undefined : given.Proxy,
    connectNative: given.Connect?.Native ?? false,
    locality: localityFrom(given.Locality),
  };
}

/** As what Consul shows of a service without a proxy: registering that again must change nothing. */
function saysNothing(json: Json): boolean {
  return typeof json === 'object' && json !== null ? Object.values(json).every(saysNothing) : !json;
}

function addressesFrom(given: Readonly<Record<string, AddressBody>>): Record<string, ServiceAddress> {
  const pairs = Object.entries(given).map(
    ([name, address]) => [name, { address: address.Address ?? '', port: address.Port ?? 0 }] as const,
  );
  return Object.fromEntries(pairs);
}

function weightsFrom(given: WeightsBody | undefined): ServiceDefinition['weights'] {
  const passing = given?.Passing ?? 0;
  const warning = given?.Warning ?? 0;
  return passing >= 1 && passing <= 65_535 && warning >= 0 && warning <= 65_535 ? { passing, warning } : DEFAULT_WEIGHTS;
}
