/** A service as its program registers it: the schema, and how it becomes a definition and checks, or Consul's reason why not (spec 5.6). */
import { isCheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { isUnspecified } from '../model/ip.ts';
import { metadataProblem } from '../model/metadata.ts';
import { DEFAULT_WEIGHTS, type ServiceDefinition, type Weights } from '../model/service.ts';
import type { Json, ServiceAddress, StringMap } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { bool, int, list, map, object, opaque, type Schema, stringMap, text } from '../wire/schema.ts';
import { checkSpecOf, type ServiceCheckBody, serviceCheckBody, serviceCheckDefinition, tokenOf } from './check-body.ts';
import type { RegistrationSettings } from './settings.ts';
import { taggedAddressesOf } from './tagged-addresses.ts';

export interface ServiceRegisterBody {
  readonly ID?: string;
  readonly Name?: string;
  readonly Kind?: string;
  readonly Tags?: readonly string[];
  readonly Address?: string;
  readonly Port?: number;
  readonly SocketPath?: string;
  readonly TaggedAddresses?: Readonly<Record<string, { readonly Address?: string; readonly Port?: number }>>;
  readonly Meta?: StringMap;
  readonly Weights?: { readonly Passing?: number; readonly Warning?: number };
  readonly EnableTagOverride?: boolean;
  readonly Proxy?: Json;
  readonly Connect?: { readonly Native?: boolean };
  readonly Locality?: { readonly Region?: string; readonly Zone?: string };
  readonly Token?: string;
  readonly Check?: ServiceCheckBody;
  readonly Checks?: readonly ServiceCheckBody[];
}

const serviceFields = {
  ID: text({ description: 'Unique on this node; default: the name' }),
  Name: text({ description: 'Required' }),
  Kind: text({ description: 'Empty, or the kind of proxy or gateway' }),
  Tags: list(text()),
  Address: text({ description: "Default: the node's" }),
  Port: int(),
  SocketPath: text({ aliases: ['socket_path'] }),
  TaggedAddresses: map(object({ Address: text(), Port: int() }), { aliases: ['tagged_addresses'] }),
  Meta: stringMap(),
  Weights: object({ Passing: int(), Warning: int() }, { description: 'Shares in DNS; default 1 and 1' }),
  EnableTagOverride: bool({ aliases: ['enable_tag_override'], description: "The catalog's tags win over these" }),
  Proxy: opaque({ description: 'Kept and shown, not understood' }),
  Connect: object({ Native: bool(), SidecarService: opaque({ aliases: ['sidecar_service'] }) }, { lenient: true }),
  Token: text({ description: 'Kept with the registration and sent with it, for access rules; never shown' }),
  Locality: object({ Region: text(), Zone: text() }),
};

/** A service as the API takes it. */
export const serviceRegisterBody: Schema<ServiceRegisterBody> = object({
  ...serviceFields,
  Check: serviceCheckBody,
  Checks: list(serviceCheckBody),
});

/** A service as definition files hold it. */
export const serviceDefinitionBody: Schema<ServiceRegisterBody> = object({
  ...serviceFields,
  Check: serviceCheckDefinition,
  Checks: list(serviceCheckDefinition),
});

const refuse = (member: keyof ServiceRegisterBody, message: string): KonsulError =>
  new KonsulError('BAD_REQUEST', message, { details: { member } });

const MAX_WEIGHT = 65_535;

/** Throws BAD_REQUEST or REJECTED with Consul's texts; `details.member` names the member that is at fault. */
export function serviceDefinitionOf(given: ServiceRegisterBody, { isFromFile }: RegistrationSettings): ServiceDefinition {
  const { Name: name = '', Address: address = '', Port: port = 0, Meta: meta } = given;
  if (name === '') throw refuse('Name', 'Missing service name');
  // Consul looks at this over the API only: a file that it takes must not keep an agent from starting.
  if (!isFromFile && isUnspecified(address)) throw refuse('Address', 'Invalid service address');
  const weights = weightsOf(given.Weights);
  const problem = metadataProblem(meta ?? {});
  if (problem !== undefined) throw refuse('Meta', `Invalid Service Meta: ${problem}`);
  return {
    id: given.ID || name,
    name,
    kind: given.Kind ?? '',
    tags: given.Tags ?? [],
    address,
    port,
    socketPath: given.SocketPath ?? '',
    taggedAddresses: taggedAddressesOf({ address, port, tagged: addressesOf(given.TaggedAddresses) }),
    meta,
    weights,
    enableTagOverride: given.EnableTagOverride ?? false,
    proxy: given.Proxy,
    connectNative: given.Connect?.Native ?? false,
    locality: given.Locality && { region: given.Locality.Region ?? '', zone: given.Locality.Zone ?? '' },
  };
}

function weightsOf(given: ServiceRegisterBody['Weights']): Weights {
  if (given === undefined) return DEFAULT_WEIGHTS;
  const { Passing: passing = 0, Warning: warning = 0 } = given;
  const reason = weightsProblem({ passing, warning });
  if (reason !== undefined) throw refuse('Weights', `Invalid Weights: ${reason}`);
  return { passing, warning };
}

function weightsProblem({ passing, warning }: Weights): string | undefined {
  if (passing < 1) return 'Passing must be greater than 0';
  if (warning < 0) return 'Warning must be greater or equal than 0';
  return passing > MAX_WEIGHT || warning > MAX_WEIGHT ? 'DNS Weight must be between 0 and 65535' : undefined;
}

function addressesOf(given: ServiceRegisterBody['TaggedAddresses']): Record<string, ServiceAddress> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).map(([name, { Address = '', Port = 0 }]) => [name, { address: Address, port: Port }]));
}

/** The checks that come with `service`. Throws BAD_REQUEST or REJECTED with Consul's texts. */
export function serviceChecksOf(
  given: ServiceRegisterBody,
  service: ServiceDefinition,
  settings: RegistrationSettings,
): CheckRegistration[] {
  const bodies = [...(isEmptyCheck(given.Check) ? [] : [given.Check]), ...(given.Checks ?? [])];
  return bodies.map((body, index) => serviceCheckOf(body, { service, settings, suffix: checkSuffix(bodies, index) }));
}

/** Tells the checks of one service apart, where there are several. */
export const checkSuffix = (bodies: readonly ServiceCheckBody[], index: number): string => (bodies.length === 1 ? '' : `:${index + 1}`);

const isEmptyCheck = (check: ServiceCheckBody | undefined): check is undefined =>
  check === undefined || Object.values(check).every((value) => !value || (typeof value === 'object' && Object.keys(value).length === 0));

export interface CheckPlace {
  readonly service: ServiceDefinition;
  readonly settings: RegistrationSettings;
  /** Ends the default id; see `checkSuffix`. */
  readonly suffix: string;
}

/** One check of a service. Throws as `serviceChecksOf` does. */
export function serviceCheckOf(given: ServiceCheckBody, { service, settings, suffix }: CheckPlace): CheckRegistration {
  const spec = checkSpecOf(given, settings);
  const status = given.Status ?? '';
  if (status !== '' && !isCheckStatus(status)) {
    throw new KonsulError('BAD_REQUEST', "Status for checks must 'passing', 'warning', 'critical'");
  }
  return {
    id: given.CheckID || `service:${service.id}${suffix}`,
    name: given.Name || `Service '${service.name}' check`,
    notes: given.Notes ?? '',
    serviceId: service.id,
    status: status === '' ? undefined : status,
    spec,
    ...tokenOf(given),
  };
}
