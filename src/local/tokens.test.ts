import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const tokens = (pushes: readonly { readonly token?: string }[]) => pushes.map(({ token }) => token);

test('The token of a registration goes with it, its checks, and its end; without one, none does', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('web'), [ttlCheck('alive', 'web')], { token: 'secret' });
  await local.updateTtl('alive', { status: 'passing', output: '' });
  await local.registerCheck({ ...ttlCheck('own', 'web'), token: 'other' });
  await local.deregisterCheck('own');
  await local.deregisterService('web');
  await local.registerService(webService('db'), []);
  expect(tokens(target.pushes)).toEqual(['secret', 'secret', 'other', 'other', 'secret', undefined]);
});

test('It survives a restart and a compaction, and is nowhere in what is shown', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web'), [], { token: 'secret' });
  const meta = { filler: 'x'.repeat(200_000) };
  for (let port = 1; port < 12; port += 1) await first.local.registerService(webService('web', { port, meta }), [], { token: 'secret' });
  first.disk.crash();
  first.target.services.clear();
  first.target.pushes.length = 0;
  const { local, target } = await startLocalAgent({ disk: first.disk, target: first.target });
  expect(tokens(target.pushes)).toEqual(['secret']);
  expect(JSON.stringify([...local.services().values(), ...local.checks().values(), ...target.services.values()])).not.toContain('secret');
});

test('A registration with another token is another one, and moves nothing at the servers', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('web'), [], { token: 'one' });
  target.pushes.length = 0;
  await local.registerService(webService('web'), [], { token: 'two' });
  expect(target.pushes).toEqual([]);
  await local.deregisterService('web');
  expect(tokens(target.pushes)).toEqual(['two']);
});

test('The token of what is gone is still known when the servers come back', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web'), [ttlCheck('alive', 'web')], { token: 'secret' });
  target.pushes.length = 0;
  target.before = () => {
    throw new KonsulError('NO_SERVERS', 'No known Consul servers');
  };
  await local.deregisterService('web');
  target.before = () => {};
  await clock.advance(31_000);
  expect(tokens(target.pushes)).toEqual(['secret']);
});
