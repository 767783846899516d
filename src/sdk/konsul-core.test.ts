/** The SDK against a whole server: what is read, watched, registered and locked by its one interface. */
import { afterEach, expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { startTestKonsul, type TestKonsul } from '../testing/test-konsul.ts';

const open: TestKonsul[] = [];

afterEach(async () => {
  for (const { konsul, stop } of open.splice(0)) {
    await konsul.close();
    await stop();
  }
});

async function start(): Promise<TestKonsul> {
  const test = await startTestKonsul();
  open.push(test);
  return test;
}

const web = (id: string, more: object = {}): object => ({ name: 'web', id, port: 80, ...more });

test('a service that was registered is found, frozen, with its address, and gone when it is deregistered', async () => {
  const { konsul } = await start();
  const registration = await konsul.register({ ...web('web-1'), name: 'web', tags: ['v1'], meta: { a: 'b' } });
  const [instance, ...others] = await konsul.health('WEB');
  expect(instance).toMatchObject({
    id: 'web-1',
    name: 'web',
    address: '127.0.0.1',
    port: 80,
    tags: ['v1'],
    meta: { a: 'b' },
    status: 'passing',
    weights: { passing: 1, warning: 1 },
    node: { name: 's1' },
    checks: [{ id: 'serfHealth', isOfNode: true }],
  });
  expect(others).toEqual([]);
  for (const part of [instance, instance?.tags, instance?.meta, instance?.node, instance?.checks]) expect(Object.isFrozen(part)).toBe(true);
  await registration.deregister();
  expect(await konsul.health('web')).toEqual([]);
});

test('of two instances of one name the other stays when one is deregistered', async () => {
  const { konsul } = await start();
  const first = await konsul.register(web('web-1') as never);
  await konsul.register(web('web-2') as never);
  await first.deregister();
  expect((await konsul.health('web')).map(({ id }) => id)).toEqual(['web-2']);
});

test('who does not pass is shown only to who asks for it; tags pick, in any case', async () => {
  const { konsul } = await start();
  await konsul.register({ name: 'web', id: 'a', tags: ['V1'], checks: [{ ttlMs: 10_000 }] });
  const good = await konsul.register({ name: 'web', id: 'b', tags: ['v1', 'v2'], checks: [{ ttlMs: 10_000 }] });
  await good.pass('fine');
  const ids = async (options?: object): Promise<string[]> => (await konsul.health('web', options)).map(({ id }) => id);
  expect(await ids()).toEqual(['b']);
  expect(await ids({ passing: false })).toEqual(['a', 'b']);
  expect(await ids({ passing: false, tag: 'v1' })).toEqual(['a', 'b']);
  expect(await ids({ passing: false, tag: ['v1', 'V2'] })).toEqual(['b']);
  expect((await konsul.health('web'))[0]?.checks.find(({ isOfNode }) => !isOfNode)).toMatchObject({ id: 'service:b', output: 'fine' });
});

test('a handle follows its service, tells what it knows not yet, and picks', async () => {
  const { konsul, clock } = await start();
  const handle = konsul.service('web');
  expect([handle.instances, handle.pick(), handle.freshness]).toEqual([
    [],
    undefined,
    { isLive: false, ageMs: Number.POSITIVE_INFINITY, reason: 'waiting', error: undefined },
  ]);
  await handle.ready();
  expect(handle.freshness).toMatchObject({ isLive: true, ageMs: 0 });
  await konsul.register(web('web-1') as never);
  await clock.settle();
  await expect.poll(() => handle.pick()?.id).toBe('web-1');
  handle.close();
  expect(konsul.followedCount).toBe(0);
});

test('all who watch one thing share one question', async () => {
  const { konsul, lines } = await start();
  const watches = [1, 2, 3].map(() => konsul.watch('service', { name: 'web' }));
  const handle = konsul.service('Web');
  for (const watch of watches) expect((await watch.next()).value?.value).toEqual([]);
  await handle.ready();
  await expect.poll(() => lines.filter((line) => line.includes('wait=')).length).toBe(1);
  expect(lines.filter((line) => line.startsWith('GET /v1/health/service/web'))).toHaveLength(2);
  for (const watch of watches) await watch.return();
  expect(konsul.followedCount).toBe(1);
});

test('leaving a loop frees what it held', async () => {
  const { konsul, clock } = await start();
  const loop = async (): Promise<number> => {
    for await (const { value } of konsul.watch('nodes')) {
      expect(value.map(({ name }) => name)).toEqual(['s1']);
      break;
    }
    await clock.settle();
    return clock.pendingTimers;
  };
  const after = await loop();
  expect([await loop(), await loop(), konsul.followedCount]).toEqual([after, after, 0]);
});

test('keys are written, compared, listed and deleted', async () => {
  const { konsul } = await start();
  const { kv } = konsul;
  expect(await kv.get('a/x')).toBeUndefined();
  await kv.put('a/x', 'one', { flags: 7 });
  await kv.put('a/y/z', Uint8Array.of(0, 255));
  const pair = await kv.get('a/x');
  expect(pair).toMatchObject({ key: 'a/x', text: 'one', flags: 7, session: '', lockIndex: 0 });
  expect(await kv.get('a/x', { consistent: true })).toEqual(pair);
  expect(await kv.cas('a/x', 'two', 1)).toBe(false);
  expect(await kv.cas('a/x', 'two', pair?.modifyIndex ?? 0)).toBe(true);
  expect(await kv.cas('new', 'x', 0)).toBe(true);
  expect((await kv.list('a/')).map(({ key, value }) => [key, [...value]])).toEqual([
    ['a/x', [...Buffer.from('two')]],
    ['a/y/z', [0, 255]],
  ]);
  expect(await kv.keys('a/', '/')).toEqual(['a/x', 'a/y/']);
  expect(await kv.delete('a/x', { modifyIndex: 1 })).toBe(false);
  expect(await kv.delete('a/x')).toBe(true);
  await kv.deleteTree('a/');
  expect(await kv.list('')).toMatchObject([{ key: 'new' }]);
  await expect(kv.put('', 'x')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('a key is watched from nothing to its value to nothing, and other keys do not wake it', async () => {
  const { konsul } = await start();
  const watch = konsul.kv.watch('a');
  const next = async (): Promise<string | undefined> => (await watch.next()).value?.value?.text;
  expect(await next()).toBeUndefined();
  await konsul.kv.put('b', 'other');
  await konsul.kv.put('a', '1');
  expect(await next()).toBe('1');
  await konsul.kv.delete('a');
  expect(await next()).toBeUndefined();
  await watch.return();
});

test('under a prefix, what did not change is the same object', async () => {
  const { konsul } = await start();
  await konsul.kv.put('c/1', '1');
  await konsul.kv.put('c/2', '2');
  const watch = konsul.watch('kv', { prefix: 'c/' });
  const before = (await watch.next()).value?.value;
  await konsul.kv.put('c/2', 'new');
  const after = (await watch.next()).value?.value;
  expect(after?.map(({ text }) => text)).toEqual(['1', 'new']);
  expect(after?.[0]).toBe(before?.[0]);
  await watch.return();
});

test('services, checks and events are watched', async () => {
  const { konsul, send } = await start();
  await konsul.register({ name: 'web', checks: [{ ttlMs: 10_000 }] });
  const [services, checks, events] = [konsul.watch('services'), konsul.watch('checks', { status: 'critical' }), konsul.watch('events')];
  expect((await services.next()).value?.value).toEqual([
    { name: 'consul', tags: [] },
    { name: 'web', tags: [] },
  ]);
  expect((await checks.next()).value?.value).toMatchObject([{ id: 'service:web', status: 'critical', serviceName: 'web', node: 's1' }]);
  await send('PUT /v1/event/fire/deploy', { body: 'v1' });
  expect((await events.next()).value?.value).toMatchObject([{ name: 'deploy', payload: Buffer.from('v1') }]);
  await send('PUT /v1/event/fire/deploy', { body: 'v2' });
  expect((await events.next()).value?.value).toMatchObject([{ name: 'deploy', payload: Buffer.from('v2') }]);
});

test('what cannot be watched is refused with what can', async () => {
  const { konsul } = await start();
  expect(() => konsul.watch('toString' as never)).toThrow(/there are service, services, kv, nodes, checks, events/);
  expect(() => konsul.watch('service', {} as never)).toThrow(/needs a name/);
  expect(() => konsul.watch('checks', { status: 'passing', node: 'n' })).toThrow(/one of status, service and node/);
});

test('trouble is retried inside and shown; the state stays, and the loop goes on with the newest', async () => {
  const { konsul, clock, fail } = await start();
  await konsul.kv.put('a', '1');
  const watch = konsul.kv.watch('a');
  expect((await watch.next()).value?.value?.text).toBe('1');
  const next = watch.next();
  fail(new KonsulError('UNREACHABLE', 'cut'));
  await konsul.kv.put('a', '2').catch(() => {});
  fail(undefined);
  await konsul.kv.put('a', '2');
  expect((await next).value?.value?.text).toBe('2');
  fail(new KonsulError('UNREACHABLE', 'cut'));
  const later = watch.next();
  await clock.advance(70_000);
  expect(watch.freshness).toMatchObject({ isLive: false, reason: 'unreachable', error: { code: 'UNREACHABLE' } });
  expect(watch.freshness.ageMs).toBeGreaterThan(0);
  fail(undefined);
  await clock.advance(5_000);
  await konsul.kv.put('a', '3');
  expect((await later).value?.value?.text).toBe('3');
  expect(watch.freshness.isLive).toBe(true);
});

test('a signal ends a loop as if there were no more', async () => {
  const { konsul } = await start();
  const stop = new AbortController();
  const seen: number[] = [];
  const loop = (async () => {
    for await (const { value } of konsul.watch('nodes', { signal: stop.signal })) seen.push(value.length);
  })();
  await expect.poll(() => seen).toEqual([1]);
  stop.abort();
  await loop;
  expect(konsul.followedCount).toBe(0);
});

test('closing ends every loop, and what is asked afterwards is refused', async () => {
  const { konsul } = await start();
  const watch = konsul.watch('nodes');
  await watch.next();
  const next = watch.next();
  await konsul.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(() => konsul.watch('nodes')).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
  expect(() => konsul.service('web')).toThrow(/closed/);
});

test('work is done under the lock, one at a time, with growing fencing numbers', async () => {
  const { konsul, clock } = await start();
  const order: string[] = [];
  const numbers: number[] = [];
  const work =
    (name: string) =>
    async ({ fencingNumber }: { readonly fencingNumber: number }) => {
      order.push(`${name} begins`);
      numbers.push(fencingNumber);
      await clock.pause();
      order.push(`${name} ends`);
      return name;
    };
  const [first, second] = [konsul.lock('jobs/a', work('first')), konsul.lock('jobs/a', { name: 'two' }, work('second'))];
  const ended = async (): Promise<number> => {
    await clock.advance(1_000);
    return order.length;
  };
  await expect.poll(ended, { timeout: 20_000 }).toBe(4);
  expect([await first, await second].toSorted()).toEqual(['first', 'second']);
  expect(order[0]?.replace('begins', 'ends')).toBe(order[1]);
  expect((numbers[1] ?? 0) > (numbers[0] ?? 0)).toBe(true);
  expect(await konsul.kv.get('jobs/a')).toBeUndefined();
});

test('work that lost its lock is told, and fails with LOCK_LOST whatever it came to', async () => {
  const { konsul, send } = await start();
  const locked = konsul.lock('jobs/a', async ({ signal }) => {
    const [{ ID }] = (await send('GET /v1/session/list')).json<[{ ID: string }]>();
    await send(`PUT /v1/session/destroy/${ID}`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return 'done';
  });
  await expect(locked).rejects.toMatchObject({ code: 'LOCK_LOST', message: expect.stringContaining('jobs/a') });
});

test('what the work throws comes through, and the lock is free again', async () => {
  const { konsul } = await start();
  await expect(konsul.lock('k', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await konsul.lock('k', () => 'ok')).toBe('ok');
});

test('waiting for a lock ends by time and by signal, and leaves no session behind', async () => {
  const { konsul, clock, send } = await start();
  const session = await konsul.session({ name: 'holder' });
  expect(await konsul.kv.acquire('k', '', session.id)).toBe(true);
  await send('PUT /v1/kv/k?flags=3304740253564472344');
  const inTime = konsul.lock('k', { waitMs: 5_000 }, () => 'never');
  const checked = expect(inTime).rejects.toMatchObject({ code: 'LOCK_TIMEOUT', message: expect.stringContaining('5000 ms') });
  await clock.advance(6_000);
  await checked;
  const stop = new AbortController();
  const waiting = konsul.lock('k', { signal: stop.signal }, () => 'never');
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await clock.settle();
  expect((await send('GET /v1/session/list')).json<unknown[]>()).toHaveLength(1);
  await session.destroy();
});

test('a session is renewed while it is held, and says when it is lost', async () => {
  const { konsul, clock, send } = await start();
  const session = await konsul.session({ ttlMs: 20_000, behavior: 'delete', lockDelayMs: 1_000 });
  const [shown] = (await send(`GET /v1/session/info/${session.id}`)).json<[object]>();
  expect(shown).toMatchObject({ TTL: '20s', Behavior: 'delete', LockDelay: 1e9 });
  await clock.advance(120_000);
  expect(session.signal.aborted).toBe(false);
  await send(`PUT /v1/session/destroy/${session.id}`);
  await clock.advance(11_000);
  expect(session.signal.reason).toMatchObject({ code: 'LOCK_LOST' });
  await expect(konsul.session({ ttlMs: 5 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('closing ends the sessions', async () => {
  const { konsul, send } = await start();
  await konsul.session();
  await konsul.close();
  expect((await send('GET /v1/session/list')).json<unknown[]>()).toEqual([]);
});

test('a heartbeat keeps its check passing, reports what it is told, and ends with the registration', async () => {
  const { konsul, clock } = await start();
  const registration = await konsul.register({ name: 'web', checks: [{ ttlMs: 9_000 }] });
  let healthy = true;
  await registration.heartbeat({
    report: () => {
      if (!healthy) throw new Error('out of disk');
      return { status: 'passing' };
    },
  });
  const status = async (): Promise<string | undefined> => (await konsul.health('web', { passing: false }))[0]?.status;
  expect(await status()).toBe('passing');
  await clock.advance(60_000);
  expect(await status()).toBe('passing');
  healthy = false;
  await clock.advance(3_000);
  expect((await konsul.health('web', { passing: false }))[0]?.checks).toContainEqual(
    expect.objectContaining({ status: 'critical', output: 'out of disk' }),
  );
  healthy = true;
  await clock.advance(3_000);
  expect(await status()).toBe('passing');
  registration.stopHeartbeat();
  await clock.advance(20_000);
  expect(await status()).toBe('critical');
});

test('a heartbeat that is not taken says so, and heals', async () => {
  const { konsul, clock, fail } = await start();
  const registration = await konsul.register({ name: 'web', checks: [{ ttlMs: 9_000 }] });
  await registration.heartbeat();
  fail(new KonsulError('UNREACHABLE', 'cut'));
  await clock.advance(3_000);
  expect(registration.error).toMatchObject({ code: 'UNREACHABLE' });
  fail(undefined);
  await clock.advance(3_000);
  expect(registration.error).toBeUndefined();
});

test('reports name their check where there are several, and are refused where there is none', async () => {
  const { konsul } = await start();
  const registration = await konsul.register({ name: 'web', checks: [{ ttlMs: 9_000 }, { id: 'own', ttlMs: 9_000 }] });
  expect(registration.checkIds).toEqual(['service:web:1', 'own']);
  expect(() => registration.pass()).toThrow(/say which \(service:web:1, own\)/);
  expect(() => registration.pass('', 'x')).toThrow(/no TTL check x/);
  await registration.pass('', 'own');
  await registration.warn('hm', 'service:web:1');
  expect((await konsul.health('web', { passing: false }))[0]?.status).toBe('warning');
  await registration.fail('', 'own');
  expect((await konsul.health('web', { passing: false }))[0]?.status).toBe('critical');
  const plain = await konsul.register({ name: 'plain' });
  expect(() => plain.pass()).toThrow(/has no TTL check to report: register it with/);
});
