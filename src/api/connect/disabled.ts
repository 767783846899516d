/** The endpoints of the mesh that need one: they say, in Consul's words, that it is off. */
import { refuse } from '../../acl/rule.ts';
import type { ApiRoute } from '../context.ts';
import { refusingRoutes } from '../refusing-route.ts';

export const connectRoutes: readonly ApiRoute[] = refusingRoutes(
  {
    code: 'REJECTED',
    text: 'Connect must be enabled in order to use this endpoint',
    summary: 'Always an error: there is no mesh.',
    acl: refuse('operator', 'read'),
  },
  [
    ['GET', '/v1/connect/ca/roots'],
    ['GET', '/v1/connect/ca/configuration'],
    ['PUT', '/v1/connect/ca/configuration'],
    ['GET', '/v1/agent/connect/ca/roots'],
    ['GET', '/v1/agent/connect/ca/leaf/', 'service'],
    ['POST', '/v1/agent/connect/authorize'],
    ['GET', '/v1/discovery-chain/', 'service'],
    ['POST', '/v1/discovery-chain/', 'service'],
    ['POST', '/v1/connect/intentions'],
    ['PUT', '/v1/connect/intentions/', 'intention'],
    ['DELETE', '/v1/connect/intentions/', 'intention'],
    ['PUT', '/v1/connect/intentions/exact'],
    ['DELETE', '/v1/connect/intentions/exact'],
  ],
);
