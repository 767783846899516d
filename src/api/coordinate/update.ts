/** Says where a node stands (spec section 11). Seen at once; Consul gathers updates for some seconds. */
import { refuse } from '../../acl/rule.ts';
import { emptyAnswer } from '../../http/answer.ts';
import { positionProblem } from '../../model/coordinate.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { coordinateBody, positionFrom } from '../../wire/coordinate.ts';
import { decodeBody } from '../../wire/decode.ts';
import { refuseOtherDatacenter } from '../catalog/register.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { demandCoordinates } from './enabled.ts';

export const coordinateUpdate: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/coordinate/update',
  summary: 'Says where a node stands; without effect for a node that is not in the catalog.',
  acl: refuse('node', 'write'),
  query: { dc: 'Datacenter; the own one only' },
  body: coordinateBody,
  async handle({ body }, { backend, settings }) {
    demandCoordinates(settings);
    const given = decodeBody(coordinateBody, body);
    refuseOtherDatacenter(given.Datacenter, settings.datacenter);
    const position = positionFrom(given);
    const problem = positionProblem(position);
    if (problem !== undefined) throw new KonsulError('REJECTED', problem);
    await backend.submit({ kind: 'coordinate.update', coordinate: { node: given.Node ?? '', segment: '', ...position } });
    return emptyAnswer();
  },
});
