/** Removes a service, a check or a whole node from the catalog (spec section 4.2). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { object, type Schema, text } from '../../wire/schema.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { refuseOtherDatacenter } from './register.ts';

interface DeregisterBody {
  readonly Datacenter?: string;
  readonly Node?: string;
  readonly ServiceID?: string;
  readonly CheckID?: string;
}

const body: Schema<DeregisterBody> = object({
  Datacenter: text(),
  Node: text({ description: 'Required: the name of the node' }),
  ServiceID: text({ description: 'Remove this service and its checks' }),
  CheckID: text({ description: 'Remove this check' }),
  Address: text({ description: 'Obsolete, ignored' }),
});

export const catalogDeregister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/catalog/deregister',
  summary: 'Removes a service, else a check, else the whole node with all that is on it; `true` even if there is none.',
  acl: refuse('node', 'write'),
  query: { dc: 'Datacenter; the own one only' },
  body,
  async handle(request, { backend, settings }) {
    const given = decodeBody(body, request.body, { namespaceHint: true });
    refuseOtherDatacenter(given.Datacenter, settings.datacenter);
    if (!given.Node) throw new KonsulError('REJECTED', 'Must provide node');
    const command = {
      kind: 'catalog.deregister',
      node: given.Node,
      serviceId: given.ServiceID ?? '',
      checkId: given.CheckID ?? '',
    } as const;
    return jsonAnswer(String(await backend.submit(command)));
  },
});
