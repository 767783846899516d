/**
 * Every endpoint of a real Consul 1.8.7, with each of its methods, is a route here, or is listed as not offered. That each route is in a
 * golden case, which the same Consul must fit, is `routes.unit.test.ts`.
 */
import { expect } from 'vitest';
import { routes } from '../../src/api/routes.ts';
import { test } from '../integration/konsul-test.ts';
import { requireRealPart } from '../real-parts.ts';
import { CONSUL_ENDPOINTS, NOT_OFFERED } from './consul-endpoints.ts';

const offered = new Set(routes.map(({ method, path }) => `${method} ${path}`));

/** The route that answers here: an exact path may be covered by one that takes everything below. */
function hasRoute(method: string, path: string): boolean {
  if (offered.has(`${method} ${path}`)) return true;
  return routes.some((route) => route.method === method && route.path.endsWith('/') && path.startsWith(route.path));
}

test('every endpoint that Consul has is offered or listed', async ({ start, skip }) => {
  requireRealPart('consul', { skip });
  const consul = await start({ peer: 'consul', dev: true });
  const missing: string[] = [];
  for (const path of CONSUL_ENDPOINTS) {
    const { status, headers } = await consul.call(path, { method: 'OPTIONS' });
    expect([path, status]).toEqual([path, 200]);
    const methods = String(headers.allow)
      .split(',')
      .filter((method) => method !== 'OPTIONS');
    expect(methods).not.toEqual([]);
    missing.push(...methods.map((method) => `${method} ${path}`).filter((each) => !isSettled(each, path)));
  }
  expect(missing).toEqual([]);
});

const isSettled = (endpoint: string, path: string): boolean => {
  const [method = ''] = endpoint.split(' ');
  return hasRoute(method, path) || path in NOT_OFFERED || endpoint in NOT_OFFERED;
};

test('what is listed as not offered is not offered', () => {
  for (const listed of Object.keys(NOT_OFFERED)) {
    const [path = '', method = 'GET'] = listed.split(' ').reverse();
    expect([listed, hasRoute(method, path)]).toEqual([listed, false]);
  }
});
