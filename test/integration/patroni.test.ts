/**
 * PostgreSQL's HA manager as a user of sessions, locks and health: two members, a primary that dies, and a server that dies meanwhile.
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { requireRealPart } from '../real-parts.ts';
import { QUICK_LINK } from './cluster.ts';
import { freePorts } from './free-port.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { type MemberOptions, PatroniMember } from './patroni-member.ts';
import { waitUntil } from './wait-until.ts';

const TAKEOVER_MS = 90_000;

const members: PatroniMember[] = [];

afterEach(async ({ task }) => {
  for (const member of members.splice(0)) {
    await member.kill();
    if (task.result?.state === 'fail') console.error(`log of ${member.name}:\n${member.log().slice(-8_000)}`);
  }
});

interface Lock {
  readonly holder: string;
  readonly session: string;
}

async function leaderLock(server: KonsulProcess): Promise<Lock> {
  const [entry] = (await server.call('/v1/kv/service/konsul/leader')).json<{ Value: string; Session?: string }[]>();
  return { holder: Buffer.from(entry?.Value ?? '', 'base64').toString(), session: entry?.Session ?? '' };
}

async function crash(server: KonsulProcess): Promise<void> {
  await server.kill();
  await server.restart();
}

const taggedPorts = async (server: KonsulProcess, tag: string): Promise<number[]> => {
  const entries = (await server.call(`/v1/health/service/konsul?passing&tag=${tag}`)).json<{ Service: { Port: number } }[]>();
  return entries.map(({ Service }) => Service.Port);
};

test.for(['server', 'agent'] as const)(
  'two members keep their leader lock through the %s: a primary that dies is replaced, a server that dies is not missed',
  {
    timeout: 400_000,
  },
  async (door, { start, folder, skip }) => {
    const patroni = requireRealPart('patroni', { skip }).path;
    const [onePort, twoPort, oneRest, twoRest] = (await freePorts(4)) as [number, number, number, number];
    chmodSync(folder, 0o755);
    const server = await start();
    const doorOf = async (nodeName: string): Promise<KonsulProcess> =>
      door === 'server' ? server : start({ nodeName, joins: [server.joinPort], config: QUICK_LINK });
    const member = async (name: string, ports: Pick<MemberOptions, 'postgresPort' | 'restPort'>): Promise<PatroniMember> => {
      const { httpPort: consulPort } = await doorOf(`node-${name}`);
      const made = new PatroniMember({ name, patroni, folder: join(folder, name), consulPort, ...ports });
      members.push(made);
      return made;
    };
    const one = await member('one', { postgresPort: onePort, restPort: oneRest });
    const two = await member('two', { postgresPort: twoPort, restPort: twoRest });

    await one.start();
    await one.becomes('primary');
    await two.start();
    await two.becomes('replica');
    const first = await leaderLock(server);
    expect(first.holder).toBe('one');
    expect(first.session).not.toBe('');
    await one.sql('create table kept (n int); insert into kept values (1)');

    // The server dies and comes back: the lock is still the same one, and nobody has moved.
    await crash(server);
    expect(await leaderLock(server)).toEqual(first);
    await one.sql('insert into kept values (2)');
    await waitUntil(async () => (await two.sql('select count(*) from kept')) === '2', { what: 'the replica to have both rows' });
    expect([await one.is('primary'), await two.is('replica')]).toEqual([true, true]);
    expect(await leaderLock(server)).toEqual(first);

    // The primary's machine is gone, and the server dies once more while the other one waits for the lock.
    await one.kill();
    await crash(server);
    await waitUntil(() => two.is('primary'), {
      what: `two to take over: ${two.log().slice(-4_000)}`,
      timeoutMs: TAKEOVER_MS,
      everyMs: 250,
    });
    const second = await leaderLock(server);
    expect(second.holder).toBe('two');
    expect(second.session).not.toBe(first.session);
    expect(await two.sql('insert into kept values (3); select n from kept order by n')).toBe('1\n2\n3');
    await waitUntil(async () => (await taggedPorts(server, 'master')).includes(twoPort), { what: 'two to be found as the primary' });

    // The old primary comes back as a replica and has everything.
    await one.start();
    await one.becomes('replica');
    await waitUntil(async () => (await one.sql('select count(*) from kept')) === '3', {
      what: 'the old primary to follow',
      timeoutMs: 60_000,
    });
    expect((await leaderLock(server)).holder).toBe('two');
  },
);
