import { expect, test } from 'vitest';
import { checkDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import { registrationDigest } from '../model/canonical.ts';
import type { CatalogRegister } from '../model/commands/catalog.ts';
import { type Digest, EMPTY_DIGEST } from '../model/digest.ts';
import { serfHealth } from '../model/serf-health.ts';
import { fetchNode } from './local-target.ts';

const own = register('n', {
  services: [serviceDefinition('web')],
  checks: [checkDefinition('disk'), checkDefinition('web-check', { serviceId: 'web' })],
  owner: 'agent',
  isOfServer: true,
});

/** As the agent makes it, of what it registered. */
const digestOf = ({ services, checks }: Pick<CatalogRegister, 'services' | 'checks'>): Digest =>
  registrationDigest(
    services,
    checks.map((check) => ({ ...check, serviceName: check.serviceId })),
  );

function worldWith(...commands: readonly CatalogRegister[]): World {
  const world = new World();
  for (const command of commands) world.run(command);
  return world;
}

const ask = (world: World, digest: Digest = digestOf(own), node: string = 'N'): ReturnType<typeof fetchNode> =>
  fetchNode(world.state, { node, owner: 'agent', digest });

test('What an agent registered is the same, whatever else is on its node', () => {
  const others = register('n', { services: [serviceDefinition('db')], checks: [serfHealth(true)] });
  expect(ask(worldWith(own, others))).toBe('same');
});

test.each([
  ['a service is another one', { services: [serviceDefinition('web', { port: 81 })] }],
  ['a check has another status', { checks: [checkDefinition('disk', { status: 'critical' })] }],
])('Everything on the node is shown if %s', (_why, change) => {
  const world = worldWith(
    own,
    register('n', { services: [serviceDefinition('db')] }),
    register('n', { ...change, owner: 'agent', isOfServer: true }),
  );
  const answer = ask(world);
  expect(answer).not.toBe('same');
  if (answer === 'same') return;
  expect(answer.services.map(({ id, owner }) => `${id} ${owner}`)).toEqual(['db ', 'web agent']);
  expect(answer.checks.map(({ id }) => id)).toEqual(['disk', 'web-check']);
});

test('A tombstone is shown even where the digests agree', () => {
  const world = worldWith(own, register('n', { checks: [checkDefinition('gone')], owner: 'agent', isOfServer: true }));
  world.run({ kind: 'catalog.deregister', node: 'n', serviceId: '', checkId: 'gone' });
  expect(ask(world)).toMatchObject({ tombstones: [{ kind: 'check', id: 'gone', owner: 'agent' }] });
});

test('Tags that the catalog may override are no part of the digest, so such services are always shown', () => {
  const overridable = { ...own, services: [serviceDefinition('web', { enableTagOverride: true, tags: ['a'] })] };
  expect(ask(worldWith(overridable), digestOf(overridable))).toMatchObject({ services: [{ tags: ['a'] }] });
});

test('A node that nobody knows holds nothing: the same to whom registered nothing, and news to others', () => {
  const world = worldWith();
  expect(ask(world, EMPTY_DIGEST)).toBe('same');
  expect(ask(world)).toEqual({ services: [], checks: [], tombstones: [] });
});

test('The tombstones of another agent are not shown', () => {
  const world = worldWith(own, register('n', { services: [serviceDefinition('old')], owner: 'former', isOfServer: true }));
  world.run({ kind: 'catalog.deregister', node: 'n', serviceId: 'old', checkId: '' });
  expect(ask(world)).toBe('same');
});
