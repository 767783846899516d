/** One intention, by its id or by both names: there is none. */
import { refuse } from '../../acl/rule.ts';
import type { ApiRoute } from '../context.ts';
import { refusingRoutes } from '../refusing-route.ts';

export const intentionGetRoutes: readonly ApiRoute[] = refusingRoutes(
  { code: 'NOT_FOUND', text: 'Intention not found', summary: 'Always 404: there are no intentions.', acl: refuse('operator', 'read') },
  [
    ['GET', '/v1/connect/intentions/', 'intention'],
    ['GET', '/v1/connect/intentions/exact'],
  ],
);
