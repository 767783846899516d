/** Registers a node with services and checks, for what no agent registers (spec section 4.1). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { CatalogRegister } from '../../model/commands/catalog.ts';
import { isUnspecified } from '../../model/ip.ts';
import { metadataProblem } from '../../model/metadata.ts';
import type { StringMap } from '../../model/values.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type CheckBody, checkBody, checkFrom } from '../../wire/check-body.ts';
import { decodeBody } from '../../wire/decode.ts';
import { type LocalityBody, localityBody, localityFrom } from '../../wire/locality-body.ts';
import { bool, list, object, type Schema, stringMap, text } from '../../wire/schema.ts';
import { type ServiceBody, serviceBody, serviceFrom } from '../../wire/service-body.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

interface RegisterBody {
  readonly ID?: string;
  readonly Node?: string;
  readonly Address?: string;
  readonly TaggedAddresses?: StringMap;
  readonly NodeMeta?: StringMap;
  readonly Service?: ServiceBody;
  readonly Check?: CheckBody;
  readonly Checks?: readonly CheckBody[];
  readonly SkipNodeUpdate?: boolean;
  readonly Locality?: LocalityBody;
  readonly Datacenter?: string;
}

const body: Schema<RegisterBody> = object({
  Datacenter: text(),
  ID: text({ description: 'UUID of the node' }),
  Node: text({ description: 'Required: the name of the node' }),
  Address: text({ description: 'Required unless SkipNodeUpdate' }),
  TaggedAddresses: stringMap(),
  NodeMeta: stringMap(),
  Service: serviceBody,
  Check: checkBody,
  Checks: list(checkBody),
  SkipNodeUpdate: bool({ description: 'Leave an existing node record as it is' }),
  Locality: localityBody,
});

export const catalogRegister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/catalog/register',
  summary: 'Registers a node, a service on it and checks, as one write.',
  acl: refuse('node', 'write'),
  query: { dc: 'Datacenter; the own one only' },
  body,
  async handle(request, { backend, settings }) {
    const given = decodeBody(body, request.body, { namespaceHint: true });
    refuseOtherDatacenter(given.Datacenter, settings.datacenter);
    return jsonAnswer(String(await backend.submit(commandFrom(given))));
  },
});

/** A body may name a datacenter too. */
export function refuseOtherDatacenter(given: string | undefined, own: string): void {
  if (given && given !== own) throw new KonsulError('NO_PATH_TO_DATACENTER', 'No path to datacenter');
}

const rejected = (text: string): KonsulError => new KonsulError('REJECTED', text);

function commandFrom(given: RegisterBody): CatalogRegister {
  const node = given.Node ?? '';
  if (node === '') throw rejected('Must provide node');
  if (!given.Address && !given.SkipNodeUpdate) throw rejected('Must provide address if SkipNodeUpdate is not set');
  return {
    kind: 'catalog.register',
    node: {
      id: nodeIdFrom(given.ID ?? ''),
      name: node,
      address: given.Address ?? '',
      taggedAddresses: given.TaggedAddresses,
      meta: given.NodeMeta,
      locality: localityFrom(given.Locality),
    },
    skipNodeUpdate: given.SkipNodeUpdate ?? false,
    services: given.Service === undefined ? [] : [checkedService(given.Service, node)],
    checks: [...(given.Checks ?? []), ...(given.Check === undefined ? [] : [given.Check])].map((check) => checkedCheck(check, node)),
    owner: '',
  };
}

/** The id in lower case; REJECTED unless it is a UUID or empty. */
function nodeIdFrom(id: string): string {
  if (id === '') return '';
  if (id.length !== 36) throw rejected('Bad node ID: uuid string is wrong length');
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw rejected('Bad node ID: uuid is improperly formatted');
  return id.toLowerCase();
}

function checkedService(given: ServiceBody, node: string): CatalogRegister['services'][number] {
  const service = serviceFrom(given);
  if (service.name === '') throw rejected('Must provide service name (Service.Service) when service ID is provided');
  if (isUnspecified(service.address)) throw rejected('Invalid service address');
  const problem = metadataProblem(service.meta ?? {});
  if (problem !== undefined) throw rejected(`Invalid Service Meta for node ${node} and serviceID ${service.id}: ${problem}`);
  return service;
}

function checkedCheck(given: CheckBody, node: string): CatalogRegister['checks'][number] {
  const check = checkFrom(given);
  if (given.Node && given.Node.toLowerCase() !== node.toLowerCase()) {
    throw rejected(`Node '${given.Node}' for check '${check.id}' doesn't match register request node '${node}'`);
  }
  return check;
}
