import { expect, test } from 'vitest';
import { FastAuthority, linkOf, nodeIdOf } from '../../test/fixtures/agents.ts';
import { register } from '../../test/fixtures/records.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemberList } from './member-list.ts';

const HOUR = 3_600_000;

function made() {
  const clock = new FakeClock();
  const authority = new FastAuthority();
  const members = new MemberList({ datacenter: 'dc1', memberPort: 8301, state: authority.world.state, clock });
  authority.duty = members;
  const link = (name: string, n: number): void => void authority.submit(linkOf(name, { nodeId: nodeIdOf(n) }));
  const leave = (name: string, n: number): void => void authority.submit({ kind: 'node.leave', node: name, nodeId: nodeIdOf(n) });
  const statuses = (): string[] => members.list().map(({ name, status }) => `${name}=${status}`);
  return { clock, authority, members, link, leave, statuses };
}

test('An agent is shown as a real Consul shows its clients', () => {
  const { members, link } = made();
  link('Web-1', 1);
  expect(members.list()).toEqual([
    {
      name: 'Web-1',
      address: '10.0.0.1',
      port: 8301,
      status: 1,
      tags: {
        role: 'node',
        dc: 'dc1',
        id: nodeIdOf(1),
        vsn: '2',
        vsn_min: '2',
        vsn_max: '3',
        build: '1.21.0:1986c558',
        segment: '',
        acls: '0',
      },
    },
  ]);
  expect(members.get('WEB-1')?.name).toBe('Web-1');
});

test('Members are in the order of their names; nodes of the catalog alone are none', () => {
  const { authority, link, statuses } = made();
  for (const [n, name] of ['c', 'a', 'b'].entries()) link(name, n + 1);
  authority.world.run(register('catalog'));
  expect(statuses()).toEqual(['a=1', 'b=1', 'c=1']);
});

test('A member fails and comes back as its serfHealth says', () => {
  const { authority, link, statuses } = made();
  link('n', 1);
  const say = (isAlive: boolean): void => void authority.submit({ kind: 'node.health', node: 'n', nodeId: nodeIdOf(1), isAlive });
  say(false);
  expect(statuses()).toEqual(['n=4']);
  say(true);
  expect(statuses()).toEqual(['n=1']);
});

test('What the node tells of itself is followed', () => {
  const { authority, members, link } = made();
  link('n', 1);
  const { node } = linkOf('n');
  void authority.submit(register({ ...node, address: '10.9.9.9' }));
  expect(members.get('n')?.address).toBe('10.9.9.9');
});

test('Who left stays listed for 72 hours', async () => {
  const { clock, members, link, leave, statuses } = made();
  link('n', 1);
  leave('n', 1);
  await clock.advance(72 * HOUR - 1);
  expect(statuses()).toEqual(['n=3']);
  await clock.advance(1);
  expect([statuses(), members.get('n')]).toEqual([[], undefined]);
});

test('Who comes back is alive, and listed once', () => {
  const { link, leave, statuses } = made();
  link('n', 1);
  leave('n', 1);
  link('N', 1);
  expect(statuses()).toEqual(['N=1']);
});

test('Who is leaving may stay after all', () => {
  const { members, link, statuses } = made();
  link('n', 1);
  members.leaving('N', true);
  expect(statuses()).toEqual(['n=2']);
  members.stays('n');
  expect(statuses()).toEqual(['n=1']);
});

test('Who is no member cannot be leaving, nor be forgotten', () => {
  const { members, link, leave, statuses } = made();
  members.leaving('n', true);
  members.forget('n');
  link('n', 1);
  leave('n', 1);
  expect(statuses()).toEqual(['n=3']);
});

test('After a restart the list is that of the catalog; after a restore, whoever is not in it has left', () => {
  const { authority, clock, link, statuses, members } = made();
  link('n', 1);
  link('m', 2);
  void authority.submit({ kind: 'node.health', node: 'm', nodeId: nodeIdOf(2), isAlive: false });
  const restarted = new MemberList({ datacenter: 'dc1', memberPort: 8301, state: authority.world.state, clock });
  restarted.restart();
  expect(restarted.list()).toEqual(members.list());
  authority.world.state.load({ index: 100, records: authority.world.state.records().filter(({ key }) => !key.endsWith('/n')) });
  members.restart();
  expect(statuses()).toEqual(['m=4', 'n=3']);
});

test('However many come and go, only so many are remembered, the newest ones', () => {
  const { link, leave, members } = made();
  for (let n = 1; n <= 10_005; n += 1) {
    link(`n${n}`, n);
    leave(`n${n}`, n);
  }
  expect(members.list()).toHaveLength(10_000);
  expect([members.get('n5'), members.get('n6')?.status]).toEqual([undefined, 3]);
});
