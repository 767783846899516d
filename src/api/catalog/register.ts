/** Registers a node with services and checks, for what no agent registers (spec section 4.1). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { CatalogRegister } from '../../model/commands/catalog.ts';
import type { StringMap } from '../../model/values.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type CheckBody, checkBody, checkFrom, checkProblem } from '../../wire/check-body.ts';
import { decodeBody } from '../../wire/decode.ts';
import { type LocalityBody, localityBody } from '../../wire/locality-body.ts';
import { nodeFrom, nodeProblem } from '../../wire/node-body.ts';
import { bool, list, object, type Schema, stringMap, text } from '../../wire/schema.ts';
import { type ServiceBody, serviceBody, serviceFrom, serviceProblem } from '../../wire/service-body.ts';
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

/** REJECTED with the first thing that is wrong with the request. */
function commandFrom(given: RegisterBody): CatalogRegister {
  const name = given.Node ?? '';
  const checks = [...(given.Checks ?? []), ...(given.Check === undefined ? [] : [given.Check])];
  const problem =
    nodeProblem(name, given.ID ?? '') ??
    (given.Address || given.SkipNodeUpdate ? undefined : 'Must provide address if SkipNodeUpdate is not set') ??
    (given.Service && serviceProblem(given.Service, name)) ??
    checks.map((check) => checkProblem(check) ?? strangeNode(check, name)).find(Boolean);
  if (problem !== undefined) throw new KonsulError('REJECTED', problem);
  return {
    kind: 'catalog.register',
    node: nodeFrom({ ...given, ...(given.NodeMeta && { Meta: given.NodeMeta }) }),
    skipNodeUpdate: given.SkipNodeUpdate ?? false,
    services: given.Service === undefined ? [] : [serviceFrom(given.Service)],
    checks: checks.map(checkFrom),
    owner: '',
  };
}

function strangeNode({ Node, CheckID, Name }: CheckBody, node: string): string | undefined {
  if (!Node || Node.toLowerCase() === node.toLowerCase()) return undefined;
  return `Node '${Node}' for check '${CheckID || Name}' doesn't match register request node '${node}'`;
}
