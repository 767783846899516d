/** Where the servers of all datacenters stand (spec section 11). There is one datacenter, so nothing is measured between them. */
import { open } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { ORIGIN } from '../../model/coordinate.ts';
import { coordinateJson } from '../../wire/coordinate.ts';
import { quote } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { demandCoordinates } from './enabled.ts';

export const coordinateDatacenters: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/coordinate/datacenters',
  summary: 'The servers of the one datacenter, at the place where all stand before anything is measured.',
  acl: open('names servers only'),
  // The servers are known to themselves.
  isRelayed: true,
  query: {},
  handle(_request, { operations, settings }) {
    demandCoordinates(settings);
    const coordinates = operations.servers().map(({ name }) => coordinateJson({ node: name, ...ORIGIN }));
    return jsonAnswer(`[{"Datacenter":${quote(settings.datacenter)},"AreaID":"wan","Coordinates":[${coordinates.join(',')}]}]`);
  },
});
