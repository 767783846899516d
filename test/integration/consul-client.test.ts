/** The npm package `consul`, as applications use it, against a server and against an agent: what it sends and expects is the contract. */
import Consul from 'consul';
import { describe, expect } from 'vitest';
import { startDoor } from './cluster.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

/** It gives `undefined` where the server says `false`. */
const clientOf = (server: KonsulProcess): Consul => new Consul({ host: '127.0.0.1', port: server.httpPort });

describe.for(['server', 'agent'] as const)('through the %s', (door) => {
  test('a service is registered, found, kept alive by its TTL check and deregistered', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    await consul.agent.service.register({
      name: 'web',
      id: 'web-1',
      port: 8080,
      tags: ['blue'],
      meta: { team: 'a' },
      check: { ttl: '30s' },
    } as never);
    const local = (await consul.agent.services()) as Record<string, { Service: string; Port: number }>;
    expect(local['web-1']).toMatchObject({ Service: 'web', Port: 8080, Tags: ['blue'], Meta: { team: 'a' } });
    expect(await consul.health.service({ service: 'web', passing: true })).toEqual([]);

    await consul.agent.check.pass({ id: 'service:web-1', note: 'fine' } as never);
    const [found] = await waitUntil(
      async () => {
        const entries = await consul.health.service({ service: 'web', passing: true, tag: 'blue' });
        return entries.length === 1 ? entries : undefined;
      },
      { what: 'the passing instance' },
    );
    expect(found.Service).toMatchObject({ ID: 'web-1', Port: 8080 });
    expect(found.Checks).toContainEqual(expect.objectContaining({ CheckID: 'service:web-1', Status: 'passing', Output: 'fine' }));
    expect(await consul.catalog.services()).toMatchObject({ web: ['blue'] });
    expect(await consul.catalog.service.nodes('web')).toHaveLength(1);

    await consul.agent.service.deregister('web-1');
    await waitUntil(async () => (await consul.health.service('web')).length === 0, { what: 'the empty answer' });
    expect(await consul.agent.services()).not.toHaveProperty('web-1');
  });

  test('a check of the node is registered, warned, failed and deregistered', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    await consul.agent.check.register({ name: 'disk', id: 'disk', ttl: '1m' } as never);
    const statusOf = async (): Promise<string | undefined> =>
      ((await consul.agent.checks()) as Record<string, { Status: string }>).disk?.Status;
    expect(await statusOf()).toBe('critical');
    await consul.agent.check.warn('disk');
    expect(await statusOf()).toBe('warning');
    await consul.agent.check.fail('disk');
    await waitUntil(async () => (await consul.health.state('critical')).some((check) => check.CheckID === 'disk'), {
      what: 'the critical check',
    });
    await consul.agent.check.deregister('disk');
    expect(await statusOf()).toBeUndefined();
  });

  test('the catalog takes an external node and gives it back', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    await consul.catalog.register({ node: 'ext', address: '10.0.0.7', service: { service: 'db', id: 'db-1', port: 5432 } } as never);
    expect(await consul.catalog.node.list()).toContainEqual(expect.objectContaining({ Node: 'ext', Address: '10.0.0.7' }));
    expect(await consul.catalog.node.services('ext')).toMatchObject({ Services: { 'db-1': { Service: 'db', Port: 5432 } } });
    await consul.catalog.deregister('ext');
    expect(await consul.catalog.node.services('ext')).toBeUndefined();
  });

  test('a key is set, read, listed, guarded by CAS and deleted', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    expect(await consul.kv.get('app/none')).toBeUndefined();
    expect(await consul.kv.set({ key: 'app/a b/ü', value: 'hello', flags: 42 })).toBe(true);
    const item = (await consul.kv.get('app/a b/ü')) as { Key: string; Value: string; Flags: number; ModifyIndex: number };
    expect(item).toMatchObject({ Key: 'app/a b/ü', Value: 'hello', Flags: 42, LockIndex: 0 });
    await consul.kv.set('app/b', 'two');
    expect(await consul.kv.keys('app/')).toEqual(['app/a b/ü', 'app/b']);
    expect(await consul.kv.keys({ key: 'app/', separator: '/' })).toEqual(['app/a b/', 'app/b']);
    expect(await consul.kv.get({ key: 'app/', recurse: true })).toHaveLength(2);

    const cas = (index: number): Promise<boolean> => consul.kv.set({ key: 'app/a b/ü', value: 'again', cas: index });
    expect(await cas(item.ModifyIndex + 1000)).toBeFalsy();
    expect(await cas(item.ModifyIndex)).toBe(true);
    expect(await cas(item.ModifyIndex)).toBeFalsy();
    expect(await consul.kv.del({ key: 'app/b', cas: 1 })).toBeFalsy();
    await consul.kv.del({ key: 'app/', recurse: true });
    expect(await consul.kv.get({ key: 'app/', recurse: true })).toBeUndefined();
  });

  test('bytes that are no text come back as they were', async ({ start }) => {
    const server = await startDoor(start, door);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await clientOf(server).kv.set('bytes', bytes);
    expect((await server.call('/v1/kv/bytes?raw')).body.equals(bytes)).toBe(true);
  });

  test('a session is created, shown, renewed and destroyed, and its lock goes with it', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    const first = (await consul.session.create({ name: 'one', ttl: '30s', lockdelay: '1ms' })).ID;
    const second = (await consul.session.create({ name: 'two' })).ID;
    expect(await consul.session.list()).toHaveLength(2);
    expect(await consul.session.renew(first)).toMatchObject([{ ID: first, Name: 'one', TTL: '30s' }]);

    const acquire = (session: string): Promise<boolean> => consul.kv.set({ key: 'lock', value: session, acquire: session });
    expect(await acquire(first)).toBe(true);
    expect(await acquire(second)).toBeFalsy();
    expect(await consul.kv.get('lock')).toMatchObject({ Session: first, LockIndex: 1 });
    expect(await consul.kv.set({ key: 'lock', value: '', release: second })).toBeFalsy();
    expect(await consul.kv.set({ key: 'lock', value: '', release: first })).toBe(true);
    expect(await acquire(first)).toBe(true);

    await consul.session.destroy(first);
    expect(await consul.kv.get('lock')).not.toHaveProperty('Session');
    await waitUntil(() => acquire(second), { what: 'the end of the lock delay' });
    expect(await consul.session.info(second)).toMatchObject({ ID: second, Name: 'two', Behavior: 'release' });
  });

  test('a transaction sets all of its keys or none', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    const set = (key: string): object => ({ KV: { Verb: 'set', Key: key, Value: Buffer.from('x').toString('base64') } });
    const result = (await consul.transaction.create([set('t/a'), set('t/b')] as never)) as { Results: unknown[] };
    expect(result.Results).toHaveLength(2);
    const bad = consul.transaction.create([set('t/c'), { KV: { Verb: 'get', Key: 't/none' } }] as never);
    await expect(bad).rejects.toThrow();
    expect(await consul.kv.keys('t/')).toEqual(['t/a', 't/b']);
  });

  test('a watch on a key sees its creation and its change', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const watch = consul.watch({ method: consul.kv.get, options: { key: 'watched' } as never });
    watch.on('change', (item: { Value: string } | undefined) => seen.push(item?.Value));
    watch.on('error', (error: unknown) => errors.push(error));
    await waitUntil(() => seen.length === 1, { what: 'the first look' });
    await consul.kv.set('watched', 'one');
    await waitUntil(() => seen.at(-1) === 'one', { what: 'the creation' });
    await consul.kv.set('watched', 'two');
    await waitUntil(() => seen.at(-1) === 'two', { what: 'the change' });
    watch.end();
    expect({ seen, errors }).toEqual({ seen: [undefined, 'one', 'two'], errors: [] });
  });

  test('a watch on a service sees instances come, fail and go', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door));
    const seen: string[] = [];
    const watch = consul.watch({ method: consul.health.service, options: { service: 'api' } });
    watch.on('change', (entries: { Checks: { CheckID: string; Status: string }[] }[]) => {
      seen.push(entries.map((entry) => entry.Checks.find((check) => check.CheckID === 'service:api')?.Status).join());
    });
    await waitUntil(() => seen.length > 0, { what: 'the first look' });
    await consul.agent.service.register({ name: 'api', check: { ttl: '1m', status: 'passing' } } as never);
    await waitUntil(() => seen.at(-1) === 'passing', { what: 'the instance' });
    await consul.agent.check.fail('service:api');
    await waitUntil(() => seen.at(-1) === 'critical', { what: 'the failing check' });
    await consul.agent.service.deregister('api');
    await waitUntil(() => seen.at(-1) === '', { what: 'the empty service' });
    watch.end();
  });

  test('status, self and members are what the client reads at its start', async ({ start }) => {
    const consul = clientOf(await startDoor(start, door, 'alpha'));
    expect(await consul.status.leader()).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await consul.agent.self()).toMatchObject({ Config: { NodeName: 'alpha', Datacenter: 'dc1' } });
    expect(await consul.agent.members()).toContainEqual(expect.objectContaining({ Name: 'alpha', Status: 1 }));
    expect(await consul.catalog.datacenters()).toEqual(['dc1']);
  });
});
