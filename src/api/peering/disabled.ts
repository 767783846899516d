/** Peering with other clusters: there is none, and it cannot be set up. */
import { refuse } from '../../acl/rule.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { quote } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { refusingRoutes } from '../refusing-route.ts';

const peeringGet: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/peering/',
  rest: 'peer',
  summary: 'Always 404: there are no peerings.',
  acl: refuse('operator', 'read'),
  query: {},
  handle({ rest }) {
    if (rest === '') throw new KonsulError('BAD_REQUEST', 'Must specify a name to fetch.');
    throw new KonsulError('NOT_FOUND', `Peering not found for ${quote(rest)}`);
  },
});

export const peeringRoutes: readonly ApiRoute[] = [
  peeringGet,
  ...refusingRoutes(
    {
      code: 'REJECTED',
      text: 'peering must be enabled to use this endpoint',
      summary: 'Always an error: there is no peering.',
      acl: refuse('operator', 'write'),
    },
    [
      ['POST', '/v1/peering/token'],
      ['POST', '/v1/peering/establish'],
      ['DELETE', '/v1/peering/', 'peer'],
    ],
  ),
];
